import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * A function that makes V8 free young garbage at once.
 *
 * V8 looks at how many objects there are, not at the memory that they hold outside of its heap. A
 * decoder that returns each block as a new array of 128 KiB therefore grows by 100 MB before the
 * first collection, and runs slower, on ever new pages.
 */
export function youngCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: (options: { type: 'minor' }) => void = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return () => gc({ type: 'minor' });
}
