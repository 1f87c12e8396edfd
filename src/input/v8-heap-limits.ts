import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
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

/** Half of it is in use at a time, which fits a core's share of the caches. */
const YOUNG_BYTES = 16 * 1024 * 1024;

/**
 * A function to be called now and then, which keeps the space for young objects small.
 *
 * V8 doubles it where much survives, up to 100 MB. What a fold keeps survives wherever it lies, so from
 * a certain size on more space only costs memory.
 */
export function youngSpaceLimit(): () => void {
  let isLimited = false;
  return () => {
    if (isLimited) return;
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    isLimited = young === undefined || young.space_size >= YOUNG_BYTES;
    if (isLimited) setFlagsFromString('--semi-space-growth-factor=1');
  };
}
