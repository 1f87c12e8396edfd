import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { ProcessImage } from '../../model/process-image.ts';
import type { AddressRange } from '../../model/range.ts';

/** Fits the caches beside what is made of it; a multiple of every page size up to it. */
const WINDOW_BYTES: Bytes = 1024 * 1024;

/** A part of a range with its contents, to be used until the next is asked for. */
export interface Window {
  readonly start: Address;
  /** As many words of four bytes as there are contents. */
  readonly halves: Uint32Array;
  readonly bytes: Bytes;
}

/**
 * Which pages of a range hold something. Of a living process these are the pages that it has in RAM or in
 * swap; of a core those that are not all zero, because the kernel dumps no page that was never written.
 */
export class PageContents {
  readonly start: Address;
  readonly pageBytes: Bytes;
  /** One byte a page: 1 where it holds something. */
  readonly pages: Uint8Array;

  constructor({ start, end }: AddressRange, pageBytes: Bytes) {
    this.start = start - (start % pageBytes);
    this.pageBytes = pageBytes;
    this.pages = new Uint8Array(Math.ceil((end - this.start) / pageBytes));
  }

  /** Behind its last page. */
  get end(): Address {
    return this.start + this.pages.length * this.pageBytes;
  }

  /** Bytes of a range that lie in pages that hold something. */
  bytesWithin(start: Address, end: Address): Bytes {
    const { pageBytes, pages } = this;
    const first = Math.floor((start - this.start) / pageBytes);
    const last = Math.floor((end - 1 - this.start) / pageBytes);
    if (first === last) return pages[first] === 1 ? end - start : 0;
    const firstEnd = this.start + (first + 1) * pageBytes;
    const lastStart = this.start + last * pageBytes;
    return (
      (pages[first] === 1 ? firstEnd - start : 0) +
      this.wholeWithin(firstEnd, lastStart) +
      (pages[last] === 1 ? end - lastStart : 0)
    );
  }

  /** Bytes of whole pages that lie in a range and hold something. */
  wholeWithin(start: Address, end: Address): Bytes {
    const { pageBytes, pages } = this;
    const first = Math.max(0, Math.ceil((start - this.start) / pageBytes));
    const last = Math.min(pages.length, Math.floor((end - this.start) / pageBytes));
    let count = 0;
    for (let page = first; page < last; page++) count += pages[page]!;
    return count * pageBytes;
  }

  /** Bytes of all pages of which something lies in a range, and that hold something. */
  touchedBy(start: Address, end: Address): Bytes {
    const { pageBytes } = this;
    const first = Math.floor((start - this.start) / pageBytes) * pageBytes + this.start;
    const last = Math.ceil((end - this.start) / pageBytes) * pageBytes + this.start;
    return this.wholeWithin(first, last);
  }

  /** Bytes at the end of a range behind its last page that holds something. */
  untouchedEnd(start: Address, end: Address): Bytes {
    const { pageBytes, pages } = this;
    const first = Math.max(0, Math.floor((start - this.start) / pageBytes));
    let page = Math.min(pages.length, Math.ceil((end - this.start) / pageBytes));
    while (page > first && pages[page - 1] === 0) page--;
    return Math.max(0, end - Math.max(start, this.start + page * pageBytes));
  }

  get total(): Bytes {
    return this.wholeWithin(this.start, this.end);
  }
}

/**
 * Reads a range in windows, and notes which pages hold something. Pages that the system says are not there
 * are not read: they are zeroes.
 */
export function* windows(
  image: ProcessImage,
  range: AddressRange,
  contents: PageContents,
): Generator<Window> {
  const { pages, pageBytes } = contents;
  const isTold = image.presence({ start: contents.start, end: range.end }, pages);
  const buffer = new Uint8Array(WINDOW_BYTES);
  const halves = new Uint32Array(buffer.buffer);
  const zeroes = Buffer.alloc(pageBytes);
  for (let { start } = contents; start < range.end; start += WINDOW_BYTES) {
    const wanted = Math.min(WINDOW_BYTES, range.end - start);
    const firstPage = (start - contents.start) / pageBytes;
    const lastPage = firstPage + Math.ceil(wanted / pageBytes);
    if (isTold && !pages.subarray(firstPage, lastPage).includes(1)) continue;
    const bytes = image.read(start, buffer.subarray(0, wanted));
    if (!isTold) {
      for (let page = firstPage, at = 0; at < bytes; page++, at += pageBytes) {
        const end = Math.min(at + pageBytes, bytes);
        pages[page] = halves[at >> 2] !== 0 || !isZero(buffer, at, end, zeroes) ? 1 : 0;
      }
    }
    yield { start, halves: halves.subarray(0, bytes >> 2), bytes };
    if (bytes < wanted) return;
  }
}

const isZero = (buffer: Uint8Array, start: number, end: number, zeroes: Buffer): boolean =>
  zeroes.compare(buffer, start, end, 0, end - start) === 0;
