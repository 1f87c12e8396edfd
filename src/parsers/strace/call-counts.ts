import type { CallCount } from '../../model/syscall-trace.ts';
import type { CallReturn } from './line.ts';

/** Different names that are counted; no kernel has as many calls. */
const KEPT_NAMES = 2048;
const OTHER_NAMES = '(other names)';

/** How often each system call was completed. */
export class CallCounts {
  readonly #calls = new Map<string, CallCount>();

  /** The count of a name; those that are completed at last stand in the order in which this was asked. */
  of(name: string): CallCount {
    const known = this.#calls.get(name);
    if (known) return known;
    if (this.#calls.size >= KEPT_NAMES && name !== OTHER_NAMES) return this.of(OTHER_NAMES);
    const count = { name, calls: 0, errors: 0 };
    this.#calls.set(name, count);
    return count;
  }

  count(name: string, { value, errno }: CallReturn): void {
    const count = this.of(name);
    count.calls++;
    if (errno !== undefined || value === '-1') count.errors++;
  }

  get completed(): CallCount[] {
    return [...this.#calls.values()].filter(({ calls }) => calls > 0);
  }
}
