import {
  BIN_WORDS,
  FAST_BINS_AT,
  HEAP_ALIGNMENT,
  HEAP_INFO_BYTES,
  NEXT_ARENA_AT,
  STATE_END_AT,
  STATE_LAYOUTS,
  type StateLayout,
  SYSTEM_MEMORY_AT,
  TOP_AT,
} from '../../../knowledge/glibc-heap.ts';
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { type ImageRow, type ProcessImage, rowAt } from '../../../model/process-image.ts';
import type { ImageWords } from '../image-words.ts';

/** What an arena says of itself. */
export interface ArenaState {
  /** Where its state lies. */
  readonly start: Address;
  /** Behind it. */
  readonly end: Address;
  readonly isMain: boolean;
  readonly top: Address;
  /** The first chunk of each fast bin; 0 where it is empty. */
  readonly fastBins: readonly Address[];
  readonly systemBytes: Bytes;
  readonly layout: StateLayout;
}

/** An empty bin points to itself: as many of them in a row may be of an arena. In a busy heap few are empty. */
const EMPTY_BINS = 2;

/** As many arenas are followed: malloc makes eight for each core. */
const MOST_ARENAS = 65536;

/** What looks like the state of an arena is read so often at most: memory can hold anything. */
const MOST_STATES = 300_000;

/** A map of many rows takes a while to read. */
const MOST_REFRESHES = 50;

/** More than processes of today's machines can have. */
const MOST_SYSTEM_BYTES = 2 ** 47;

/** The data of the C library, or of a static program, is small. */
const MOST_DATA_BYTES = 64 * 1024 * 1024;

/**
 * Finds glibc's arenas by what they look like: no symbols, no version. The main one lies in the data of the
 * C library, or of a static program; each names the next.
 *
 * @returns the main arena first; none where the process has no glibc, or never called malloc.
 */
export function findArenas(image: ProcessImage, words: ImageWords): readonly ArenaState[] {
  const rows = image.rows.filter(canHoldState);
  // The main one lies in data of a file; behind it, where the image does not say what is of a file.
  const ofFiles = rows.filter(({ backing }) => backing.kind === 'file');
  const others = rows.filter(({ backing }) => backing.kind !== 'file');
  const search = { image, words, states: 0, refreshes: 0 };
  for (const row of [...ofFiles, ...others]) {
    const arenas = findRing(row, search);
    if (arenas !== undefined) return arenas.toSorted((a, b) => Number(b.isMain) - Number(a.isMain));
  }
  return [];
}

/** Private data that can be written: of a file, or behind one (its .bss). */
const canHoldState = ({ permissions, start, known, backing }: ImageRow): boolean =>
  permissions.startsWith('rw') &&
  known > 0 &&
  known <= MOST_DATA_BYTES &&
  (backing.kind === 'file' || backing.kind === 'anonymous') &&
  start < 2 ** 47;

interface Search {
  readonly image: ProcessImage;
  readonly words: ImageWords;
  /** How many have been read. */
  states: number;
  /** How often the map was read again. */
  refreshes: number;
}

function findRing(row: ImageRow, search: Search): readonly ArenaState[] | undefined {
  const bytes = new Uint8Array(Math.floor(row.known / 8) * 8);
  const count = Math.floor(search.image.read(row.start, bytes) / 8);
  const halves = new Uint32Array(bytes.buffer, 0, count * 2);
  // A bin is two words, and may begin with any of them.
  const run = [0, 0];
  for (let i = 0; i + 1 < count; i++) {
    const parity = i & 1;
    run[parity] = isEmptyBin(halves, i, row.start) ? run[parity]! + 1 : 0;
    if (run[parity] !== EMPTY_BINS) continue;
    const last = row.start + i * 8;
    // Bins in front of the run may hold chunks.
    for (let first = last - (BIN_WORDS - 2) * 8; first <= last; first += 16) {
      const found = ringAt(first, search);
      if (found !== undefined) return found;
    }
    run[parity] = 0;
  }
  return undefined;
}

/** Both words of an empty bin point 16 bytes before it. @param index of its first word. */
function isEmptyBin(halves: Uint32Array, index: number, start: Address): boolean {
  const wanted = start + index * 8 - 16;
  const low = wanted % 2 ** 32;
  const high = (wanted - low) / 2 ** 32;
  const at = index * 2;
  return (
    halves[at] === low &&
    halves[at + 1] === high &&
    halves[at + 2] === low &&
    halves[at + 3] === high
  );
}

/** All arenas, if the first bin of one lies here: each names the next, and the last the first. */
function ringAt(firstBin: Address, search: Search): readonly ArenaState[] | undefined {
  for (const layout of STATE_LAYOUTS) {
    const first = readState(firstBin + layout.startsAt, layout, search);
    const others = first && ringFrom(first, search);
    if (others !== undefined) return [first!, ...others];
  }
  return undefined;
}

function readState(
  start: Address,
  layout: StateLayout,
  search: Search,
): (ArenaState & { next: Address }) | undefined {
  const { words } = search;
  if (search.states++ > MOST_STATES) return undefined;
  const firstBin = start - layout.startsAt;
  const [top, next, systemBytes, most] = [
    TOP_AT,
    NEXT_ARENA_AT,
    SYSTEM_MEMORY_AT,
    SYSTEM_MEMORY_AT + 8,
  ].map((at) => words.word(firstBin + at));
  if (top === undefined || next === undefined) return undefined;
  if (systemBytes === undefined || most === undefined || systemBytes > most) return undefined;
  // Before its first block an arena has its own first bin for a top.
  const hasTop = top === firstBin + TOP_AT || (top % 16 === 0 && isMapped(top, search));
  if (!hasTop || systemBytes >= MOST_SYSTEM_BYTES) return undefined;
  const fastBins = Array.from(
    { length: layout.fastBins },
    (_, i) => words.word(firstBin + FAST_BINS_AT + i * 8) ?? 0,
  );
  const isMain = heapOf(start, words) === undefined;
  return { start, end: firstBin + STATE_END_AT, isMain, top, next, fastBins, systemBytes, layout };
}

/** The heap of a process that goes on may have grown since its map was read. */
function isMapped(address: Address, search: Search): boolean {
  const { image } = search;
  if (rowAt(image.rows, address) !== undefined) return true;
  if (image.refresh === undefined || search.refreshes++ > MOST_REFRESHES) return false;
  image.refresh();
  return rowAt(image.rows, address) !== undefined;
}

/** The states of arenas as they are now. */
export function readArenas(
  arenas: readonly ArenaState[],
  image: ProcessImage,
  words: ImageWords,
): ArenaState[] {
  const search = { image, words, states: 0, refreshes: 0 };
  return arenas.map((arena) => readState(arena.start, arena.layout, search) ?? arena);
}

/** The heap in whose beginning an arena's state lies, as all do but that of the main one. */
function heapOf(start: Address, words: ImageWords): Address | undefined {
  const heap = start - (start % HEAP_ALIGNMENT);
  const isBehindInfo = HEAP_INFO_BYTES.some((bytes) => heap + bytes === start);
  return isBehindInfo && words.word(heap) === start ? heap : undefined;
}

/** The other arenas, in their order; undefined where they do not lead back to the first. */
function ringFrom(first: ArenaState & { next: Address }, search: Search): ArenaState[] | undefined {
  const others: ArenaState[] = [];
  let { next } = first;
  while (next !== first.start) {
    if (others.length === MOST_ARENAS || next % 8 !== 0) return undefined;
    const state = readState(next, first.layout, search);
    if (state === undefined || state.next === next) return undefined;
    others.push(state);
    next = state.next;
  }
  return others;
}
