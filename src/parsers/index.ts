import type { Format } from './format.ts';
import { heaptrack } from './heaptrack/heaptrack.ts';
import { pmapX } from './pmap/pmap-x.ts';
import { smaps } from './smaps/smaps.ts';
import { strace } from './strace/strace.ts';

/** The registry: every format that memtool reads. The order does not matter. */
export const FORMATS: readonly Format[] = [pmapX, smaps, strace, heaptrack];
