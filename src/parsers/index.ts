import { dhat } from './dhat/dhat.ts';
import { eventLog } from './event-log/event-log.ts';
import type { Format } from './format.ts';
import { heapText } from './heap-text/heap-text.ts';
import { heaptrack } from './heaptrack/heaptrack.ts';
import { jemallocHeap } from './jemalloc-heap/jemalloc-heap.ts';
import { jemallocStats } from './jemalloc-stats/jemalloc-stats.ts';
import { mallinfo } from './mallinfo/mallinfo.ts';
import { mallocInfo } from './malloc-info/malloc-info.ts';
import { massif } from './massif/massif.ts';
import { memtoolHeap } from './memtool-heap/memtool-heap.ts';
import { mtrace } from './mtrace/mtrace.ts';
import { pmap } from './pmap/pmap.ts';
import { pprof } from './pprof/pprof.ts';
import { maps, smaps, smapsRollup } from './proc/smaps.ts';
import { status } from './proc/status.ts';
import { strace } from './strace/strace.ts';
import { tcmallocStats } from './tcmalloc-stats/tcmalloc-stats.ts';

import { xtree } from './xtree/xtree.ts';

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
  massif,
  xtree,
  jemallocHeap,
  heapText,
  pprof,
  mtrace,
  eventLog,
  memtoolHeap,
  mallocInfo,
  mallinfo,
  jemallocStats,
  tcmallocStats,
];
