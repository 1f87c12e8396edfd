import {
  CHUNK_SIZE_AT,
  HEAP_ALIGNMENT,
  HEAP_INFO_BYTES,
  HEAP_SIZE_AT,
  IS_MMAPPED,
  NON_MAIN_ARENA,
  PREVIOUS_IN_USE,
  SMALLEST_CHUNK,
} from '../../../knowledge/glibc-heap.ts';
import type { Address } from '../../../model/address.ts';
import type { ImageRow, ProcessImage } from '../../../model/process-image.ts';
import type { AddressRange } from '../../../model/range.ts';
import type { ImageWords } from '../image-words.ts';
import type { HeapSegment } from './chunk-walk.ts';
import type { ArenaState } from './find-arenas.ts';

const SIZE_BITS = 8;

/** A chunk's size without its flags; undefined where it cannot be read. */
export function chunkSize(chunk: Address, words: ImageWords): number | undefined {
  const size = words.word(chunk + CHUNK_SIZE_AT);
  return size === undefined ? undefined : size - (size % SIZE_BITS);
}

const aligned = (address: Address): Address => Math.ceil(address / 16) * 16;

/** Writable private memory of no file, as far as it can be read: stretches of it, those that touch as one. */
function privateStretches(rows: readonly ImageRow[]): AddressRange[] {
  const stretches: { start: Address; end: Address }[] = [];
  for (const { start, known, permissions, backing } of rows) {
    if (!permissions.startsWith('rw') || !['anonymous', 'heap'].includes(backing.kind)) continue;
    const end = start + known;
    const last = stretches.at(-1);
    if (last?.end === start) last.end = end;
    else stretches.push({ start, end });
  }
  return stretches;
}

/** Where the chunks of each arena lie, in the order of the arenas. */
export function findSegments(
  image: ProcessImage,
  arenas: readonly ArenaState[],
  words: ImageWords,
): HeapSegment[][] {
  const stretches = privateStretches(image.rows);
  const heaps = heapsByArena(stretches, arenas, words);
  return arenas.map((arena) =>
    arena.isMain ? mainSegments(arena, stretches, words) : (heaps.get(arena.start) ?? []),
  );
}

/**
 * The main arena grows with brk: one stretch that ends with the top chunk. Where brk could not grow any
 * more, malloc maps further stretches, each of which begins with a chunk.
 */
function mainSegments(
  { top, systemBytes }: ArenaState,
  stretches: readonly AddressRange[],
  words: ImageWords,
): HeapSegment[] {
  const known = { top, isTopWhole: true, isMain: true };
  const topSize = chunkSize(top, words);
  const stretch = stretches.find(({ start, end }) => start <= top && top < end);
  if (topSize === undefined || stretch === undefined) {
    // The end of the heap was not dumped.
    const cut = stretches.find(
      ({ start }) => start <= top && top < start + systemBytes && looksLikeFirst(start, words),
    );
    if (cut === undefined) return [];
    return [{ ...known, start: cut.start, end: cut.start + systemBytes, firstChunk: cut.start }];
  }
  const end = top + topSize;
  const start = end - systemBytes;
  const firstChunk = aligned(start);
  if (start >= stretch.start && end <= stretch.end && looksLikeFirst(firstChunk, words)) {
    return [{ ...known, start, end, firstChunk }];
  }
  const isTopWhole = topSize >= SMALLEST_CHUNK && end <= stretch.end;
  const inStretch = { ...known, isTopWhole, end: isTopWhole ? end : stretch.end };
  return stretches
    .filter((one) => one === stretch || looksLikeFirst(one.start, words))
    .map((one) => ({
      ...known,
      top: undefined,
      ...one,
      ...(one === stretch ? inStretch : {}),
      firstChunk: aligned(one.start),
    }));
}

/** Nothing stands before the first chunk, so what is before counts as used. */
function looksLikeFirst(chunk: Address, words: ImageWords): boolean {
  const size = words.word(chunk + CHUNK_SIZE_AT);
  if (size === undefined) return false;
  const flags = size % SIZE_BITS;
  return flags === PREVIOUS_IN_USE && size > 0x20;
}

/** Heaps lie at multiples of 64 MiB; each names its arena in its first word. */
function heapsByArena(
  stretches: readonly AddressRange[],
  arenas: readonly ArenaState[],
  words: ImageWords,
): ReadonlyMap<Address, HeapSegment[]> {
  const byState = new Map(arenas.map((arena) => [arena.start, arena]));
  const heaps = new Map<Address, HeapSegment[]>();
  const others = arenas.filter(({ isMain }) => !isMain);
  if (others.length === 0) return heaps;
  const first = others[0]!;
  const infoBytes = first.start % HEAP_ALIGNMENT;
  if (!HEAP_INFO_BYTES.some((bytes) => bytes === infoBytes)) return heaps;
  for (const { start, end } of stretches) {
    let heap = Math.ceil(start / HEAP_ALIGNMENT) * HEAP_ALIGNMENT;
    for (; heap < end; heap += HEAP_ALIGNMENT) {
      const arena = byState.get(words.word(heap) ?? 0);
      const size = words.word(heap + HEAP_SIZE_AT);
      if (arena === undefined || arena.isMain || size === undefined) continue;
      const heapEnd = Math.min(end, heap + size);
      const hasState = arena.start === heap + infoBytes;
      const hasTop = arena.top >= heap && arena.top < heapEnd;
      const segment = {
        start: heap,
        end: heapEnd,
        firstChunk: aligned(hasState ? arena.end : heap + infoBytes),
        top: hasTop ? arena.top : undefined,
        isTopWhole: hasTop && arena.top + (chunkSize(arena.top, words) ?? 0) === heapEnd,
        isMain: false,
      };
      const known = heaps.get(arena.start);
      if (known) known.push(segment);
      else heaps.set(arena.start, [segment]);
    }
  }
  return heaps;
}

/** Whether what stands at an address is the header of a block that has a mapping of its own. */
export const isMappedChunkSize = (size: number): boolean =>
  size % SIZE_BITS === IS_MMAPPED && (size & NON_MAIN_ARENA) === 0;
