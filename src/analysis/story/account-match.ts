/** Which account of a heap is of the process and the moment of a memory map. */
import type { HeapAccount } from '../../model/heap-account.ts';
import type { CaptureMatch } from './capture-match.ts';
import { momentOf, type NamedGroups } from './snapshots.ts';

/** An account that was read. */
export interface NamedAccount {
  /** Of the capture. */
  readonly name: string;
  readonly account: HeapAccount;
}

export interface MatchedAccount extends NamedAccount {
  readonly match: CaptureMatch;
}

/** The kernel keeps VmRSS for each thread and adds up now and then: it is a little behind the map. */
const ALIKE = 0.02;

/**
 * @param told the map that the story is about.
 * @param maps all maps of its process.
 */
export function accountFor(
  told: NamedGroups,
  maps: readonly NamedGroups[],
  accounts: readonly NamedAccount[],
): MatchedAccount | undefined {
  const matched = accounts
    // What was captured with another map is of that map's moment.
    .filter(({ name }) =>
      maps.every((map) => map === told || momentOf(map.name) !== momentOf(name)),
    )
    .map((one) => ({ ...one, match: matchOf(told, one) }));
  return (
    matched.find(({ match }) => match.degree === 'process') ??
    matched.find(({ match }) => match.degree === 'none') ??
    matched[0]
  );
}

function matchOf(
  { name, groups }: NamedGroups,
  { name: own, account }: NamedAccount,
): CaptureMatch {
  const { process, allocator } = account;
  const other = groups.allocators.find(({ role }) => role === 'malloc');
  if (other !== undefined && other.id !== allocator) {
    return { degree: 'other', because: `it is of ${allocator}, the map of ${other.title}` };
  }
  if (process.pid === undefined) {
    return { degree: 'none', because: 'it names no process' };
  }
  const { pid } = groups.map;
  if (pid !== undefined && pid !== process.pid) {
    return { degree: 'other', because: `it is of PID ${process.pid}, the map of ${pid}` };
  }
  // smaps alone name no process.
  const who = pid === undefined ? '' : `the PID is ${pid} in both, and `;
  if (momentOf(name) === momentOf(own)) {
    return { degree: 'process', because: `${who}they were taken together` };
  }
  const inMap = groups.total.resident ?? 0;
  const { resident = inMap } = process;
  if (Math.abs(inMap - resident) <= ALIKE * inMap) {
    return { degree: 'process', because: `${who}as much is in RAM in both` };
  }
  return { degree: 'other', because: 'it is of another moment: more or less was in RAM' };
}
