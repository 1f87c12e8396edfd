/** The account of glibc's heap: what is in use, what is free and where it waits, byte for byte. */
import { CHUNK_ALIGNMENT, FENCEPOST, SMALLEST_CHUNK } from '../../../knowledge/glibc-heap.ts';
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { ProcessImage } from '../../../model/process-image.ts';
import type { AddressRange } from '../../../model/range.ts';
import type { ImageWords } from '../image-words.ts';
import { PageContents, windows } from '../page-windows.ts';
import type { SizeCounts } from '../size-counts.ts';
import { ArenaAccount, type MeasuredBlock } from './arena-account.ts';
import { ChunkWalk, type HeapSegment, type OddChunk } from './chunk-walk.ts';
import type { ArenaState } from './find-arenas.ts';
import { chunkSize } from './find-segments.ts';
import { fastBinChunks, type ListedChunks } from './free-lists.ts';
import { threadCaches } from './thread-caches.ts';

/** Blocks and their bytes, headers included. */
export interface Blocks {
  readonly count: number;
  readonly bytes: Bytes;
}

export interface ArenaFigures {
  readonly start: Address;
  readonly isMain: boolean;
  /** What the arena took from the system, by its own account. */
  readonly systemBytes: Bytes;
  readonly segments: readonly HeapSegment[];
  /** Given out and not freed. */
  readonly live: Blocks;
  /** Free, in bins of the arena: next to nothing in use, joined with their neighbours. */
  readonly binned: Blocks;
  /** Free, in fast bins. */
  readonly fast: Blocks;
  /** Free, in caches of threads. */
  readonly cached: Blocks;
  /** Not given out yet, or joined to that again: the last chunk. */
  readonly top: Bytes;
  /** Of the binned bytes and the top those in pages that hold something. */
  readonly freeResident: Bytes;
  /** Whole pages that hold something, of binned chunks and of the main arena's top: what malloc_trim gives back. */
  readonly trimmable: Bytes;
  /** The state of the arena and of its heaps. */
  readonly bookkeeping: Bytes;
  /** What somebody else took with brk between two parts of the heap. */
  readonly foreign: Bytes;
  /** What no chunk accounts for, because the walk could not go on. */
  readonly lost: Bytes;
  readonly odd: readonly OddChunk[];
  readonly liveSizes: SizeCounts;
  readonly freeSizes: SizeCounts;
  readonly large: readonly MeasuredBlock[];
  /** Of all that the walk reached, what lies in pages that hold something. */
  readonly resident: Bytes;
  readonly topResident: Bytes;
  /** Its thread caches that were found. */
  readonly caches: number;
  /** Chunks that look used and are not the program's: thread caches, and what waits in lists. */
  readonly notUsed: ReadonlySet<Address>;
  /** Which pages of its segments hold something. */
  readonly pages: readonly PageContents[];
}

/** Walks the heaps of all arenas. */
export function arenaFigures(
  image: ProcessImage,
  arenas: readonly ArenaState[],
  segments: readonly (readonly HeapSegment[])[],
  words: ImageWords,
): ArenaFigures[] {
  const walked = arenas.map((arena, i) => walkArena(image, arena, segments[i]!, words));
  const caches = walked.flatMap(({ account, segments: own }) =>
    threadCaches(account.cacheCandidates, own, image, words),
  );
  return walked.map((one) => {
    const isOwn = ({ address }: { readonly address: Address }) =>
      one.walked.some(({ start, end }) => address >= start && address < end);
    return figuresOf(one, {
      caches: caches.filter(({ chunk }) => isOwn({ address: chunk })),
      cached: caches.flatMap(({ chunks }) => chunks.filter(isOwn)),
    });
  });
}

interface WalkedArena {
  readonly arena: ArenaState;
  readonly segments: readonly HeapSegment[];
  /** What of them the walk reached. */
  readonly walked: readonly AddressRange[];
  readonly account: ArenaAccount;
  readonly fast: readonly ListedChunks[];
  readonly top: Bytes;
  readonly topResident: Bytes;
  readonly topWholePages: Bytes;
  readonly resident: Bytes;
  readonly foreign: Bytes;
  readonly lost: Bytes;
  readonly odd: readonly OddChunk[];
  readonly pages: readonly PageContents[];
}

function walkArena(
  image: ProcessImage,
  arena: ArenaState,
  found: readonly HeapSegment[],
  words: ImageWords,
): WalkedArena {
  const fast = fastBinChunks(arena.fastBins, arena.systemBytes / SMALLEST_CHUNK, words);
  const account = new ArenaAccount(new Set(fast.flatMap(({ chunks }) => chunks)));
  const sums = { top: 0, topResident: 0, topWholePages: 0, resident: 0, lost: 0, foreign: 0 };
  const odd: OddChunk[] = [];
  const pages: PageContents[] = [];
  const walked: AddressRange[] = [];
  const segments = [...found];
  for (const segment of segments) {
    const contents = new PageContents(segment, image.pageBytes);
    // One that goes on behind what somebody else took has been looked at before.
    if (found.includes(segment)) pages.push(contents);
    account.contents = contents;
    const walk = new ChunkWalk(segment, account);
    let isOpen = true;
    for (const window of windows(image, segment, contents)) {
      if (isOpen) isOpen = walk.feed(window);
    }
    const end = walk.finish();
    if (end.odd) odd.push(end.odd);
    if (end.fence !== undefined) {
      const next = chunkBehind(end.fence, segment, words);
      if (next === undefined) odd.push({ address: end.fence, because: 'no chunk follows' });
      else segments.push({ ...segment, start: next, firstChunk: next });
      sums.foreign += (next ?? segment.end) - end.fence;
    }
    sums.lost += end.lost;
    sums.top += end.topBytes;
    const top = segment.end - end.topBytes;
    const joined = account.endSegment(end.topBytes > 0 ? top : undefined);
    if (joined !== undefined) {
      sums.topResident += contents.bytesWithin(top, segment.end);
      sums.topWholePages += contents.wholeWithin(joined + TOP_HEAD, segment.end);
    }
    const walkedEnd = end.fence ?? segment.end - end.lost;
    walked.push({ start: segment.start, end: walkedEnd });
    sums.resident += contents.bytesWithin(segment.start, walkedEnd);
  }
  return { arena, segments, walked, account, fast, odd, pages, ...sums };
}

/** As many chunks in a row are no accident. */
const CHUNKS_IN_A_ROW = 16;

/** Who else calls brk takes no more. */
const MOST_FOREIGN: Bytes = 64 * 1024 * 1024;

/** Where the heap goes on behind a fence: the first address from which chunk follows chunk. */
function chunkBehind(
  fence: Address,
  { end, top }: HeapSegment,
  words: ImageWords,
): Address | undefined {
  const first = fence + 2 * FENCEPOST;
  for (let start = first; start < end && start - first < MOST_FOREIGN; start += CHUNK_ALIGNMENT) {
    let at = start;
    let seen = 0;
    while (seen < CHUNKS_IN_A_ROW && at < end && at !== top) {
      const size = chunkSize(at, words) ?? 0;
      if (size < SMALLEST_CHUNK || size % CHUNK_ALIGNMENT !== 0 || at + size > end) break;
      at += size;
      seen++;
    }
    if (at === top || seen === CHUNKS_IN_A_ROW) return start;
  }
  return undefined;
}

/** malloc keeps more than a smallest chunk of the top (systrim). */
const TOP_HEAD: Bytes = 0x21;

/** Blocks that look used, and are not the program's. */
interface NotUsed {
  /** The thread caches themselves. */
  readonly caches: readonly { readonly chunk: Address; readonly size: Bytes }[];
  readonly cached: readonly { readonly address: Address; readonly size: Bytes }[];
}

function figuresOf(walked: WalkedArena, { caches, cached }: NotUsed): ArenaFigures {
  const { arena, segments, account, top, fast, foreign, lost, odd, pages } = walked;
  const covered = pages.reduce((sum, { end, start }) => sum + end - start, 0);
  const takeAway = (size: Bytes, count: number) => account.used.add(size, -count);
  const setFree = (size: Bytes, count: number) => {
    takeAway(size, count);
    account.free.add(size, count);
  };
  for (const { size } of caches) takeAway(size, 1);
  for (const { size } of cached) setFree(size, 1);
  for (const { size, count } of fast) setFree(size, count);
  const ofCaches = { count: caches.length, bytes: caches.reduce((sum, { size }) => sum + size, 0) };
  const inCaches = { count: cached.length, bytes: cached.reduce((sum, { size }) => sum + size, 0) };
  const inFast = {
    count: fast.reduce((sum, { count }) => sum + count, 0),
    bytes: fast.reduce((sum, { size, count }) => sum + size * count, 0),
  };
  const others = [ofCaches, inCaches, inFast];
  const { freeCount, freeBytes, freeWholePages, used, free, large } = account;
  return {
    start: arena.start,
    isMain: arena.isMain,
    systemBytes: arena.systemBytes,
    segments,
    live: {
      count: Math.max(0, account.usedCount - others.reduce((sum, { count }) => sum + count, 0)),
      bytes: Math.max(0, account.usedBytes - others.reduce((sum, { bytes }) => sum + bytes, 0)),
    },
    binned: { count: freeCount, bytes: freeBytes },
    fast: inFast,
    cached: inCaches,
    top,
    freeResident: account.freeResident + walked.topResident,
    // The top of another arena shrinks when a block beside it is freed (heap_trim), and only then.
    trimmable: freeWholePages + (arena.isMain ? walked.topWholePages : 0),
    bookkeeping:
      ofCaches.bytes + segments.reduce((sum, { start, firstChunk }) => sum + firstChunk - start, 0),
    foreign,
    lost: lost + Math.max(0, arena.systemBytes - covered),
    odd: [...odd, ...fast.flatMap((list) => list.odd ?? [])],
    liveSizes: used,
    freeSizes: free,
    large,
    resident: walked.resident,
    topResident: walked.topResident,
    caches: caches.length,
    notUsed: new Set([
      ...caches.map(({ chunk }) => chunk),
      ...cached.map(({ address }) => address),
      ...fast.flatMap(({ chunks }) => chunks),
    ]),
    pages,
  };
}
