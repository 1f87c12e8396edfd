import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import type { Address } from '../model/address.ts';
import { parseAddress } from '../model/address.ts';
import { kernelBacking } from '../model/backing.ts';
import type { Bytes } from '../model/bytes.ts';
import {
  type ImageRow,
  type ImageThread,
  type ProcessImage,
  rowAt,
} from '../model/process-image.ts';
import type { AddressRange } from '../model/range.ts';

/** Eight bytes for each page (Documentation/admin-guide/mm/pagemap.rst). */
const PAGEMAP_ENTRY = 8;
/** Bits 63 and 62 of an entry, in its upper half. */
const PRESENT_OR_SWAPPED = 0xc0000000;

const ROW = /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) \S+ \d+ *(.*)$/;

/** The memory of a living process, read through /proc while it goes on. */
export class ProcessMemory implements ProcessImage {
  rows: readonly ImageRow[];
  readonly threads: readonly ImageThread[];
  readonly pageBytes: Bytes;
  readonly #maps: string;
  readonly #memory: number;
  readonly #pagemap: number | undefined;

  private constructor(pid: number, maps: string) {
    this.#maps = `/proc/${pid}/maps`;
    this.rows = rowsOf(maps);
    this.pageBytes = pageBytesOf(pid);
    this.#memory = openSync(`/proc/${pid}/mem`, 'r');
    this.#pagemap = openIfPossible(`/proc/${pid}/pagemap`);
    this.threads = threadsOf(pid).map((tid) => ({
      tid: Number(tid),
      stackPointer: stackPointer(pid, tid),
    }));
  }

  /**
   * @returns undefined where it has no memory: a thread of the kernel, or a process that has ended.
   * @throws what the system says where it may not be read, or is not there.
   */
  static open(pid: number): ProcessMemory | undefined {
    const maps = readFileSync(`/proc/${pid}/maps`, 'utf8');
    return maps === '' ? undefined : new ProcessMemory(pid, maps);
  }

  refresh(): void {
    const rows = rowsOf(readFileSync(this.#maps, 'utf8'));
    // One that has ended has none.
    if (rows.length > 0) this.rows = rows;
  }

  close(): void {
    closeSync(this.#memory);
    if (this.#pagemap !== undefined) closeSync(this.#pagemap);
  }

  /**
   * Pages that are not there are zeroes, and are not read: the kernel would make page tables for them, and
   * the next look would find them there.
   */
  read(address: Address, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const row = rowAt(this.rows, address + done);
      if (row === undefined) break;
      const count = Math.min(target.length - done, row.end - address - done);
      const got = this.#readOnce(address + done, target.subarray(done, done + count));
      done += got;
      if (got < count) break;
    }
    return done;
  }

  presence({ start, end }: AddressRange, into: Uint8Array): boolean {
    if (this.#pagemap === undefined) return false;
    const first = Math.floor(start / this.pageBytes);
    const count = Math.ceil(end / this.pageBytes) - first;
    const batch = new Uint8Array(Math.min(count, 65536) * PAGEMAP_ENTRY);
    const view = new DataView(batch.buffer);
    for (let page = 0; page < count; ) {
      const wanted = Math.min(count - page, 65536) * PAGEMAP_ENTRY;
      const at = (first + page) * PAGEMAP_ENTRY;
      const got = readAt(this.#pagemap, batch.subarray(0, wanted), at);
      if (got < PAGEMAP_ENTRY) return false;
      for (let i = 0; i + PAGEMAP_ENTRY <= got; i += PAGEMAP_ENTRY) {
        into[page++] = (view.getUint32(i + 4, true) & PRESENT_OR_SWAPPED) === 0 ? 0 : 1;
      }
    }
    return true;
  }

  /** Within one row. */
  #readOnce(address: Address, target: Uint8Array): number {
    const { pageBytes } = this;
    const end = address + target.length;
    const firstPage = address - (address % pageBytes);
    const pages = new Uint8Array(Math.ceil((end - firstPage) / pageBytes));
    if (!this.presence({ start: firstPage, end }, pages) || !pages.includes(0)) {
      return readAt(this.#memory, target, address);
    }
    target.fill(0);
    for (let page = pages.indexOf(1); page !== -1; ) {
      const behind = pages.indexOf(0, page);
      const last = behind === -1 ? pages.length : behind;
      const from = Math.max(address, firstPage + page * pageBytes);
      const to = Math.min(end, firstPage + last * pageBytes);
      const got = readAt(this.#memory, target.subarray(from - address, to - address), from);
      if (got < to - from) return from + got - address;
      page = pages.indexOf(1, last);
    }
    return target.length;
  }
}

/** What cannot be read, because it is gone or nobody may, has no bytes. */
function readAt(fd: number, target: Uint8Array, position: number): number {
  try {
    return readSync(fd, target, 0, target.length, position);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EIO' || code === 'EFAULT' || code === 'ESRCH') return 0;
    throw error;
  }
}

/** None where it just ended. */
function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

const AT_PAGE_BYTES = 6n;
const DEFAULT_PAGE: Bytes = 4096;

/** What the kernel told the process when it began (getauxval(3)). */
function pageBytesOf(pid: number): Bytes {
  const bytes = readFileSync(`/proc/${pid}/auxv`);
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    if (bytes.readBigUInt64LE(at) === AT_PAGE_BYTES) return Number(bytes.readBigUInt64LE(at + 8));
  }
  return DEFAULT_PAGE;
}

function openIfPossible(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch {
    return undefined;
  }
}

function rowsOf(maps: string): ImageRow[] {
  return maps.split('\n').flatMap((line): ImageRow[] => {
    const row = ROW.exec(line);
    const [start, end, offset] = [row?.[1], row?.[2], row?.[4]].map((hex) =>
      parseAddress(hex ?? ''),
    );
    if (row === null || start === undefined || end === undefined) return [];
    const permissions = row[3]!;
    const known = permissions.startsWith('r') ? end - start : 0;
    return [
      { start, end, permissions, backing: kernelBacking(row[5]!), offset, known, dumped: known },
    ];
  });
}

/** The second last word of /proc/PID/task/TID/syscall, of a thread that is in a call (proc_pid_syscall(5)). */
function stackPointer(pid: number, tid: string): Address | undefined {
  try {
    const words = readFileSync(`/proc/${pid}/task/${tid}/syscall`, 'utf8').trim().split(' ');
    return parseAddress((words.at(-2) ?? '').replace(/^0x/, ''));
  } catch {
    return undefined;
  }
}
