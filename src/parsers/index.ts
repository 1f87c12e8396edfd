import { dhat } from './dhat/dhat.ts';
import type { Format } from './format.ts';
import { heaptrack } from './heaptrack/heaptrack.ts';
import { jemallocStats } from './jemalloc-stats/jemalloc-stats.ts';
import { mallinfo } from './mallinfo/mallinfo.ts';
import { mallocInfo } from './malloc-info/malloc-info.ts';
import { memtoolHeap } from './memtool-heap/memtool-heap.ts';
import { pmap } from './pmap/pmap.ts';
import { maps, smaps, smapsRollup } from './proc/smaps.ts';
import { status } from './proc/status.ts';
import { strace } from './strace/strace.ts';
import { tcmallocStats } from './tcmalloc-stats/tcmalloc-stats.ts';

/** The registry: every format that memtool reads. The order does not matter. */
export const FORMATS: readonly Format[] = [
  pmap,
  smaps,
  smapsRollup,
  maps,
  status,
  strace,
  heaptrack,
  dhat,
  memtoolHeap,
  mallocInfo,
  mallinfo,
  jemallocStats,
  tcmallocStats,
];
