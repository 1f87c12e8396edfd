/** What a story takes from the memory of processes: of one that goes on, and of cores. */
import type { NamedAccount } from '../analysis/story/account-match.ts';
import type { NamedMap } from '../analysis/story/snapshots.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { NamedCapture } from '../model/capture-info.ts';
import { heapFindings } from './heap-findings.ts';
import { readCore } from './read-core.ts';
import { type HeapReading, readProcessHeap, WITH_CONTAINERS } from './read-heap-account.ts';

/** What malloc has in a process right after its map was read; nothing where that may not be looked into. */
export function liveAccount(
  pid: number,
  name: string,
  diagnostics: Diagnostics[],
): readonly NamedAccount[] {
  const { reading, diagnostics: ofHeap } = readProcessHeap(pid, WITH_CONTAINERS);
  const accounts = accountsOf(reading, name);
  if (accounts.length > 0) diagnostics.push(ofHeap);
  return accounts;
}

/** A core as captures of one moment: its memory map, and what malloc has in it. */
export interface CoreCaptures {
  readonly capture: NamedCapture | undefined;
  readonly maps: readonly NamedMap[];
  readonly accounts: readonly NamedAccount[];
  readonly diagnostics: Diagnostics;
}

export async function coreCaptures(file: string): Promise<CoreCaptures> {
  const { reading, diagnostics } = await readCore(file, () => {}, WITH_CONTAINERS);
  if (reading === undefined) return { capture: undefined, maps: [], accounts: [], diagnostics };
  const { name, format } = reading.info;
  return {
    capture: { name, format, kind: 'memory-maps', isTold: true },
    maps: [{ name, map: reading.groups.map }],
    accounts: accountsOf(reading.heap, name),
    diagnostics,
  };
}

function accountsOf(reading: HeapReading | undefined, name: string): readonly NamedAccount[] {
  const account = reading && heapFindings(reading).summary;
  return account === undefined ? [] : [{ name, account }];
}
