/** What a story takes from the memory of processes: of one that goes on, and of cores. */
import type { MallocFindings } from '../analysis/process/findings.ts';
import type { NamedAccount } from '../analysis/story/account-match.ts';
import type { NamedMap } from '../analysis/story/snapshots.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { NamedCapture } from '../model/capture-info.ts';
import { heapFindings } from './heap-findings.ts';
import { readCore } from './read-core.ts';
import { type HeapReading, readProcessHeap, WITH_CONTAINERS } from './read-heap-account.ts';

/** What malloc has in a process right after its map was read; nothing where that may not be looked into. */
export function liveHeap(pid: number, name: string, diagnostics: Diagnostics[]): NamedHeap[] {
  const { reading, diagnostics: ofHeap } = readProcessHeap(pid, WITH_CONTAINERS);
  const heaps = heapsOf(reading, name);
  if (heaps.length > 0) diagnostics.push(ofHeap);
  return heaps;
}

/** The heap of a process, with the capture that it is of. */
export interface NamedHeap extends NamedAccount {
  readonly findings: MallocFindings;
}

/** A core as captures of one moment: its memory map, and what malloc has in it. */
export interface CoreCaptures {
  readonly capture: NamedCapture | undefined;
  readonly maps: readonly NamedMap[];
  readonly heaps: readonly NamedHeap[];
  readonly diagnostics: Diagnostics;
}

export async function coreCaptures(file: string): Promise<CoreCaptures> {
  const { reading, diagnostics } = await readCore(file, () => {}, WITH_CONTAINERS);
  if (reading === undefined) return { capture: undefined, maps: [], heaps: [], diagnostics };
  const { name, format } = reading.info;
  return {
    capture: { name, format, kind: 'memory-maps', isTold: true },
    maps: [{ name, map: reading.groups.map }],
    heaps: heapsOf(reading.heap, name),
    diagnostics,
  };
}

function heapsOf(reading: HeapReading | undefined, name: string): NamedHeap[] {
  if (reading === undefined) return [];
  const findings = heapFindings(reading);
  const account = findings.summary;
  return account === undefined ? [] : [{ name, account, findings }];
}
