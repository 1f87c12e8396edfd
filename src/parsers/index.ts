import type { Format } from './format.ts';
import { heaptrack } from './heaptrack/heaptrack.ts';
import { memtoolHeap } from './memtool-heap/memtool-heap.ts';
import { pmap } from './pmap/pmap.ts';
import { maps, smaps, smapsRollup } from './proc/smaps.ts';
import { status } from './proc/status.ts';
import { strace } from './strace/strace.ts';

/** The registry: every format that memtool reads. The order does not matter. */
export const FORMATS: readonly Format[] = [
  pmap,
  smaps,
  smapsRollup,
  maps,
  status,
  strace,
  heaptrack,
  memtoolHeap,
];
