/** Memory maps of a run: which of them answers why a process is as large as it is. */
import { baseName } from '../../model/base-name.ts';
import type { MemoryMap } from '../../model/memory-map.ts';
import { type MemoryGroups, memoryGroups } from '../memory-map/memory-groups.ts';
import type { Moment } from '../replay/folds/map-time-search.ts';
import type { CaptureMatch } from './capture-match.ts';

/** A memory map that was read. */
export interface NamedMap {
  /** Of the capture. */
  readonly name: string;
  readonly map: MemoryMap;
}

/** What one process had mapped at one moment. */
export interface Snapshot {
  /** Of the capture. */
  readonly name: string;
  readonly groups: MemoryGroups;
  /** When that was, by the log; undefined without one. */
  readonly moment: Moment | undefined;
  /** Whether map and log are of one process; undefined without a log. */
  readonly belonging: CaptureMatch | undefined;
}

/** A map that names no process, as one of this. */
export const withPid = (map: MemoryMap, pid: number | undefined): MemoryMap =>
  pid === undefined || map.pid !== undefined ? map : { ...map, pid };

/**
 * smaps name no process; the status beside them does: that of the same moment, or the only process there is
 * a status of.
 */
export function withPids(maps: readonly NamedMap[]): readonly NamedMap[] {
  const sums = maps.filter(({ map }) => map.mappings.length === 0 && map.pid !== undefined);
  const pids = new Set(sums.map(({ map }) => map.pid));
  if (pids.size === 0) return maps;
  return maps.map((named) => {
    const beside = sums.find((one) => momentOf(one.name) === momentOf(named.name));
    const pid = beside?.map.pid ?? (pids.size === 1 ? [...pids][0] : undefined);
    const map = withPid(named.map, pid);
    return map === named.map ? named : { name: named.name, map };
  });
}

export type NamedGroups = Pick<Snapshot, 'name' | 'groups'>;

/** Resident sizes that differ by less are of one moment, or as good as that. */
const ALIKE = 1.02;

/** All maps that have rows; what only has sums goes to the map that it is nearest to. */
export function namedGroups(maps: readonly NamedMap[]): NamedGroups[] {
  const all = maps.map(({ name, map }) => ({ name, groups: memoryGroups(map) }));
  const found = all.filter(({ groups }) => groups.mappings.length > 0);
  for (const { groups: sums } of all) {
    if (sums.mappings.length > 0 || sums.account.length === 0) continue;
    const at = nearest(found, sums);
    const one = found[at];
    if (one) found[at] = { ...one, groups: { ...one.groups, account: sums.account } };
  }
  return found;
}

/** Sums of processes, where nothing but sums was captured. */
export function namedSums(maps: readonly NamedMap[]): NamedGroups[] {
  const all = maps.map(({ name, map }) => ({ name, groups: memoryGroups(map) }));
  if (all.some(({ groups }) => groups.mappings.length > 0)) return [];
  return all.filter(({ groups }) => groups.account.length > 0);
}

/** The index of the map without an account of which the same was resident. */
function nearest(found: readonly NamedGroups[], sums: MemoryGroups): number {
  const named = (...names: string[]) =>
    sums.account.find((entry) => names.includes(entry.name))?.bytes ?? 0;
  const resident = named('VmRSS', 'Rss');
  const { pid } = sums.map;
  const distances = found.map(({ groups: { map, total, account } }) =>
    account.length > 0 || (map.pid !== undefined && pid !== undefined && map.pid !== pid)
      ? Number.POSITIVE_INFINITY
      : Math.abs((total.resident ?? 0) - resident),
  );
  const least = Math.min(...distances);
  return Number.isFinite(least) ? distances.indexOf(least) : -1;
}

/**
 * The map of which most is resident: what a program held is still there. Of those that are as large,
 * one with an account of the heap of its moment, then one that says what is the process's alone, then
 * the first.
 */
export function largestMap(
  maps: readonly NamedGroups[],
  accounts: readonly { readonly name: string }[] = [],
): NamedGroups | undefined {
  const residentIn = ({ groups }: NamedGroups) => groups.total.resident ?? 0;
  const most = Math.max(...maps.map(residentIn));
  const large = maps.filter((one) => residentIn(one) * ALIKE >= most);
  const moments = new Set(accounts.map(({ name }) => momentOf(name)));
  return (
    large.find(({ name }) => moments.has(momentOf(name))) ??
    large.find(({ groups }) => groups.total.uss !== undefined) ??
    large[0]
  );
}

/** Captures of one moment have names that begin alike: `run/end.smaps.txt`, `run/end.heap.json`. */
export function momentOf(name: string): string {
  const base = baseName(name);
  return name.slice(0, name.length - base.length) + base.split('.')[0]!;
}
