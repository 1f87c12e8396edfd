import {
  CHUNK_HEADER,
  MMAPPED_BYTES_AT,
  MMAPPED_BYTES_MAX_AT,
  MMAPPED_COUNTS_AT,
} from '../../../knowledge/glibc-heap.ts';
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { type ImageRow, type ProcessImage, rowAt } from '../../../model/process-image.ts';
import type { ImageWords } from '../image-words.ts';
import type { ArenaState } from './find-arenas.ts';
import { chunkSize, isMappedChunkSize } from './find-segments.ts';

/** What glibc itself counts of blocks with mappings of their own. */
export interface MappedCounts {
  readonly count: number;
  readonly bytes: Bytes;
}

/**
 * Finds that count in the data of the C library: it stands before the address at which the brk heap began.
 *
 * @param near the state of the main arena: both lie in the same data.
 */
export function mappedCounts(
  { start, top, systemBytes }: ArenaState,
  image: ProcessImage,
  words: ImageWords,
): MappedCounts | undefined {
  const row = rowAt(image.rows, start);
  const topSize = chunkSize(top, words);
  if (row === undefined || topSize === undefined) return undefined;
  const heapStart = top + topSize - systemBytes;
  const bytes = new Uint8Array(Math.floor(row.known / 8) * 8);
  const count = image.read(row.start, bytes) >> 2;
  const halves = new Uint32Array(bytes.buffer, 0, count);
  const low = heapStart % 2 ** 32;
  const high = (heapStart - low) / 2 ** 32;
  for (let i = 0; i + 1 < count; i += 2) {
    if (halves[i] !== low || halves[i + 1] !== high) continue;
    const found = countsBefore(row.start + i * 4, words);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether an address in the library's data is where it keeps the start of the heap. */
function countsBefore(base: Address, words: ImageWords): MappedCounts | undefined {
  const bytes = words.word(base + MMAPPED_BYTES_AT);
  const most = words.word(base + MMAPPED_BYTES_MAX_AT);
  if (bytes === undefined || most === undefined) return undefined;
  if (bytes > most || most >= 2 ** 47 || bytes % 4096 !== 0) return undefined;
  for (const at of MMAPPED_COUNTS_AT) {
    const [count, limit, mostCount] = [at, at + 4, at + 8].map((one) => words.half(base + one));
    const isPlausible =
      count !== undefined &&
      count <= mostCount! &&
      mostCount! <= limit! &&
      (count === 0) === (bytes === 0) &&
      (mostCount === 0) === (most === 0) &&
      limit! > 0;
    if (isPlausible) return { count, bytes };
  }
  return undefined;
}

/** What of a mapping its chunk's size leaves out: since 2.43 its header. */
const UNCOUNTED: readonly Bytes[] = [0, CHUNK_HEADER];

/** Whether a mapped chunk begins here. @returns its size; 0 where none does. */
export function mappedChunkAt(address: Address, end: Address, words: ImageWords): Bytes {
  const before = words.word(address);
  const size = words.word(address + 8);
  if (before === undefined || size === undefined || !isMappedChunkSize(size)) return 0;
  // What an alignment of its own took from the front stands in the first word, with a flag for huge pages.
  const skipped = before - (before % 2);
  const stated = size - (size % 8);
  const bytes = UNCOUNTED.map((one) => stated + one).find((one) => (skipped + one) % 4096 === 0);
  if (bytes === undefined || skipped >= 2 ** 40 || bytes <= 2 * CHUNK_HEADER) return 0;
  return address + bytes <= end ? bytes : 0;
}

/** Rows that can hold blocks with mappings of their own. */
export const canHoldMapped = ({ permissions, backing, known }: ImageRow): boolean =>
  permissions.startsWith('rw') && backing.kind === 'anonymous' && known > 0;
