/** Blocks that have a mapping of their own: glibc gives one to each large enough block. */
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { ImageRow, ProcessImage } from '../../../model/process-image.ts';
import type { AddressRange } from '../../../model/range.ts';
import type { ImageWords } from '../image-words.ts';
import { PageContents, windows } from '../page-windows.ts';
import type { MeasuredBlock } from './arena-account.ts';
import { canHoldMapped, type MappedCounts, mappedChunkAt } from './mapped-chunks.ts';

export interface MappedBlocks {
  readonly blocks: readonly MeasuredBlock[];
  readonly bytes: Bytes;
  /** What glibc itself counts; undefined where it is not found. */
  readonly counted: MappedCounts | undefined;
  /** Which pages of them hold something. */
  readonly pages: readonly PageContents[];
}

/**
 * Finds them by their headers. First where a row begins and behind each found one; where glibc counts more,
 * at every page that holds something.
 */
export function mappedBlocks(
  image: ProcessImage,
  segments: readonly AddressRange[],
  counted: MappedCounts | undefined,
  words: ImageWords,
): MappedBlocks {
  const rows = image.rows.filter(
    (row) =>
      canHoldMapped(row) && !segments.some(({ start, end }) => start < row.end && row.start < end),
  );
  let found = rows.flatMap((row) => chunksFrom(row.start, row.end, words));
  const isAll = () => counted === undefined || total(found) === counted.bytes;
  for (const row of isAll() ? [] : rows) {
    if (isAll()) break;
    found = [...found, ...hiddenChunks(image, row, found, words)];
  }
  found.sort((a, b) => a.start - b.start);
  const pages = found.map((one) => contentsOf(image, one));
  return {
    blocks: found.map((one, i) => blockOf(one, pages[i]!)),
    bytes: total(found),
    counted,
    pages,
  };
}

const total = (chunks: readonly AddressRange[]): Bytes =>
  chunks.reduce((sum, { start, end }) => sum + end - start, 0);

/** Chunks that follow each other from an address on. */
function chunksFrom(start: Address, end: Address, words: ImageWords): AddressRange[] {
  const found: AddressRange[] = [];
  for (let at = start; at < end; ) {
    const size = mappedChunkAt(at, end, words);
    if (size === 0) break;
    found.push({ start: at, end: at + size });
    at += size;
  }
  return found;
}

/** Chunks in a row that other memory begins, which the kernel made one row with them. */
function hiddenChunks(
  image: ProcessImage,
  row: ImageRow,
  known: readonly AddressRange[],
  words: ImageWords,
): AddressRange[] {
  const contents = new PageContents(row, image.pageBytes);
  for (const _ of windows(image, row, contents));
  const found: AddressRange[] = [];
  const knownEnds = new Map(known.map(({ start, end }) => [start, end]));
  for (let page = 0; page < contents.pages.length; ) {
    const at = row.start + page * image.pageBytes;
    let next = knownEnds.get(at);
    if (next === undefined && contents.pages[page] === 1) {
      const size = mappedChunkAt(at, row.end, words);
      if (size > 0) {
        found.push({ start: at, end: at + size });
        next = at + size;
      }
    }
    page = next === undefined ? page + 1 : Math.ceil((next - row.start) / image.pageBytes);
  }
  return found;
}

function contentsOf(image: ProcessImage, range: AddressRange): PageContents {
  const contents = new PageContents(range, image.pageBytes);
  for (const _ of windows(image, range, contents));
  return contents;
}

function blockOf({ start, end }: AddressRange, contents: PageContents): MeasuredBlock {
  return {
    address: start,
    size: end - start,
    touched: contents.total,
    untouchedEnd: contents.untouchedEnd(start, end),
  };
}
