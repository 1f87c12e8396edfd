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
  // It stays on: the flag is one for all threads, and another may be between these two lines.
  setFlagsFromString('--expose-gc');
  const gc: (options: { type: 'minor' }) => void = runInNewContext('gc');
  return () => gc({ type: 'minor' });
}

/**
 * Keeps the space for young objects at the size that it has.
 *
 * V8 doubles it where much survives, up to 100 MB. What a fold keeps survives wherever it lies, so the
 * larger space only costs memory, and time: it does not fit the caches.
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
