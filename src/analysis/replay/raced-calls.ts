/**
 * Calls of threads that the kernel did before the log shows their end. An mmap without MAP_FIXED never lands
 * on mapped memory: where the log says that it did, a munmap or an mremap of that memory had happened, and
 * is still to come in the log. It must not take what landed there meanwhile.
 */
import { type AddressRange, without } from '../../model/range.ts';
import { MAP, PROT, type SyscallEvent } from '../../model/syscall-trace.ts';
import { callRange } from './call-effect.ts';

/** Memory that landed on mapped memory. */
interface Landing {
  readonly range: AddressRange;
  /** The part that was mapped. */
  readonly taken: AddressRange;
  readonly pid: number;
}

/** Few threads unmap at once; a log of several processes that tells none apart may have more. */
const MOST_LANDINGS = 64;

export class RacedCalls {
  #landings: readonly Landing[] = [];

  /** An mmap without MAP_FIXED found something mapped. @param taken what, as far as it lay in the range. */
  landed(range: AddressRange, taken: AddressRange, pid: number): void {
    this.#landings = [...this.#landings.slice(1 - MOST_LANDINGS), { range, taken, pid }];
  }

  /** The event, or what is left of it to be done. */
  partsOf(event: SyscallEvent): readonly SyscallEvent[] {
    const old = this.#landings.length > 0 && oldRange(event);
    const landing = old && this.#within(event.pid, old);
    if (!old || !landing) return [event];
    const { pid, line, time } = event;
    const rest = without(old, landing.range).map(
      ({ start, end }): SyscallEvent => ({
        ...{ call: 'munmap', start, length: end - start },
        ...{ pid, line, time },
      }),
    );
    return event.call === 'mremap' ? [...rest, asMapping(event)] : rest;
  }

  /** The event has been done: what it raced with is over. */
  settle(event: SyscallEvent): void {
    if (this.#landings.length === 0) return;
    const old = oldRange(event);
    const landing = old && this.#within(event.pid, old);
    if (landing) this.#landings = this.#landings.filter((one) => one !== landing);
  }

  /** A landing of another thread on memory that the range has all of. */
  #within(pid: number, { start, end }: AddressRange): Landing | undefined {
    return this.#landings.find(
      (one) => one.pid !== pid && start <= one.taken.start && one.taken.end <= end,
    );
  }
}

/** What a call takes away. */
function oldRange(event: SyscallEvent): AddressRange | undefined {
  if (event.call === 'munmap') return callRange(event.start, event.length);
  if (event.call === 'mremap') return callRange(event.oldStart, event.oldLength);
  return undefined;
}

/** What was moved is known no more; where it went is. */
const asMapping = (event: Extract<SyscallEvent, { call: 'mremap' }>): SyscallEvent => ({
  ...{ pid: event.pid, line: event.line, time: event.time },
  ...{ call: 'mmap', result: event.result, length: event.newLength },
  ...{ protection: PROT.READ | PROT.WRITE, flags: MAP.PRIVATE | MAP.ANONYMOUS | MAP.FIXED },
  ...{ descriptor: -1, path: undefined, offset: 0 },
});
