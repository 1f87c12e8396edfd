import type { Address } from '../../model/address.ts';
import { type Bytes, roundUpToPage } from '../../model/bytes.ts';
import { MAP, MREMAP, PROT, type SyscallEvent } from '../../model/syscall-trace.ts';
import { isAddress } from './call-range.ts';

/** Calls in their order; one may be used until the next is asked for. */
interface Calls {
  readonly length: number;
  at(index: number): SyscallEvent | undefined;
}

type Remap = Extract<SyscallEvent, { call: 'mremap' }>;

/**
 * What heap and usable anonymous memory of a space were together at most, told from its calls without
 * a map: all that came is added, and nothing that went is taken off.
 */
export class PeakUpperBound {
  #came: Bytes = 0;
  #lowest: Address = Number.POSITIVE_INFINITY;
  #highest: Address = Number.NEGATIVE_INFINITY;

  get bytes(): Bytes {
    if (this.#highest < this.#lowest) return this.#came;
    return this.#came + roundUpToPage(this.#highest) - roundUpToPage(this.#lowest);
  }

  /** @param before the calls that came before it. */
  add(event: SyscallEvent, before: Calls): void {
    switch (event.call) {
      case 'brk':
        if (!isAddress(event.result)) break;
        this.#lowest = Math.min(this.#lowest, event.result);
        this.#highest = Math.max(this.#highest, event.result);
        break;
      case 'mmap':
        // What is only reserved counts when mprotect makes it usable.
        if ((event.flags & MAP.ANONYMOUS) === 0 || event.protection === PROT.NONE) break;
        this.#came += roundUpToPage(event.length);
        break;
      case 'mprotect':
        if (event.protection !== PROT.NONE) this.#came += roundUpToPage(event.length);
        break;
      case 'mremap': {
        const { oldLength, newLength } = event;
        // A mapping that is seen for the first time comes with its old length.
        const old = roundUpToPage(Math.max(oldLength, 1));
        this.#came += roundUpToPage(newLength) + (isIntact(event, before) ? -old : old);
        break;
      }
    }
  }
}

/** Whether an earlier call made the mapping that grows, and nothing touched it since. */
function isIntact({ oldStart, oldLength, newLength, flags }: Remap, before: Calls) {
  if (oldLength === 0 || newLength < oldLength || (flags & MREMAP.DONTUNMAP) !== 0) return false;
  const end = oldStart + roundUpToPage(oldLength);
  for (let i = before.length - 1; i >= 0; i--) {
    const event = before.at(i)!;
    const touched = touchedBy(event);
    if (!touched.some(({ start, length }) => start < end && start + length > oldStart)) continue;
    const isGone =
      event.call === 'munmap' || (event.call === 'mremap' && event.result !== oldStart);
    const { start, length } = touched.at(-1)!;
    return !isGone && start === oldStart && length === end - oldStart;
  }
  return false;
}

/** The ranges that a call put something into or took it from; the last is where something is now. */
function touchedBy(event: SyscallEvent): readonly { start: Address; length: Bytes }[] {
  switch (event.call) {
    case 'mmap':
      return [{ start: event.result, length: roundUpToPage(event.length) }];
    case 'munmap':
      return [{ start: event.start, length: roundUpToPage(event.length) }];
    case 'mremap':
      return [
        { start: event.oldStart, length: roundUpToPage(event.oldLength) },
        { start: event.result, length: roundUpToPage(event.newLength) },
      ];
    default:
      return [];
  }
}
