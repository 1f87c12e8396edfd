import { formatAddress } from '../../model/address.ts';
import { programName } from '../../model/base-name.ts';
import type { SpaceFindings } from '../call-log/findings.ts';
import type { MemoryGroups } from '../memory-map/memory-groups.ts';
import type { Moment } from '../replay/folds/map-time-search.ts';

/**
 * Whether two captures belong together. `process`: one process, addresses mean the same. `layout`:
 * addresses mean the same, the moment or the run is another. `program`: another run, sizes can be
 * compared. `none`: nothing says that they belong together. `other`: they do not.
 */
export type CaptureMatch = {
  readonly degree: 'process' | 'layout' | 'program' | 'none' | 'other';
  readonly because: string;
};

/** Whether addresses mean the same in both. */
export const haveOneLayout = (belonging: CaptureMatch | undefined): boolean =>
  belonging?.degree === 'process' || belonging?.degree === 'layout';

/** The log may begin after some mappings were made, and end before others went. */
const FEWEST_SHARED = 2;
const LEAST_SHARED = 0.5;

/** A memory map and an address space of a log, as it was in the moment that is nearest to the map. */
export function mapMatch(groups: MemoryGroups, space: SpaceFindings, moment: Moment): CaptureMatch {
  const { map, anonymous } = groups;
  const isSamePid = map.pid !== undefined && map.pid === space.pid;
  const isOtherPid = map.pid !== undefined && space.pid !== undefined && !isSamePid;
  // Without random addresses all runs of a program have one layout.
  const degree = isOtherPid ? 'layout' : 'process';
  const rows = anonymous.heap.mappings.map(({ mapping }) => mapping);
  const [first, last] = [rows[0], rows.at(-1)];
  const { heap } = moment;
  if (first && last && heap !== undefined) {
    const [start, end] = [first.start, last.start + last.size];
    if (start === heap.start && end === heap.end) {
      const range = `the heap (${formatAddress(start)} to ${formatAddress(end)})`;
      const other = isOtherPid ? '; PIDs differ' : '';
      if (isSamePid) return { degree, because: `PID ${map.pid} and the heap are the same in both` };
      return { degree, because: `${range} is the same in both${other}` };
    }
    const begins = `the heap begins at ${formatAddress(start)} in both`;
    if (start === heap.start) {
      return isSamePid
        ? { degree, because: `PID ${map.pid} in both, and ${begins}` }
        : { degree: 'layout', because: `${begins}, and ends elsewhere` };
    }
  }
  // What a program is called can differ in both: it may be started through a symbolic link.
  if (isSamePid) return { degree, because: `PID ${map.pid} in both` };
  const mapped = map.executable ?? map.command ?? groups.executable.files[0]?.name;
  const [a, b] = [programName(mapped), programName(space.replayed.program)];
  if (a !== undefined && b !== undefined && a !== b) {
    return { degree: 'other', because: `the map is of ${a}, the log of ${b}` };
  }
  const shared = sharedMappings(groups, moment);
  if (shared.count >= FEWEST_SHARED && shared.count >= shared.most * LEAST_SHARED) {
    const because = `${shared.count} of ${shared.most} anonymous mappings of the log lie in the map`;
    return { degree: 'layout', because };
  }
  if (a !== undefined && a === b) {
    return { degree: 'program', because: `both are of ${a}, and the heap lies elsewhere` };
  }
  return { degree: 'none', because: 'neither PID, heap nor program can be compared' };
}

/** How many of the anonymous mappings of the moment lie in anonymous rows of the map. */
function sharedMappings(
  { mappings }: MemoryGroups,
  { pieces }: Moment,
): { readonly count: number; readonly most: number } {
  const rows = mappings
    .filter(({ role }) => role.value === 'anonymous' || role.value === 'heap')
    .map(({ mapping }) => mapping)
    .toSorted((a, b) => a.start - b.start);
  const anonymous = pieces.filter(({ kind }) => kind === 'anonymous');
  let count = 0;
  let at = 0;
  for (const { start, end } of anonymous) {
    while (at < rows.length && rows[at]!.start + rows[at]!.size <= start) at++;
    const row = rows[at];
    if (row && row.start <= start && end <= row.start + row.size) count++;
  }
  return { count, most: anonymous.length };
}

/**
 * A heap recording and the program of other captures.
 *
 * @param programs as the other captures name it; a symbolic link and its target are both names of it.
 * @param sharesSeries a container of the log went through the sizes of a site of the recording.
 */
export function recordingMatch(
  debuggee: string | undefined,
  programs: readonly (string | undefined)[],
  sharesSeries: boolean,
): CaptureMatch {
  const own = programName(debuggee);
  const others = programs.flatMap((program) => programName(program) ?? []);
  if (own === undefined || others.length === 0) {
    return { degree: 'none', because: 'the name of the program cannot be compared' };
  }
  if (others.includes(own)) return { degree: 'program', because: `another run of ${own}` };
  if (sharesSeries) {
    return { degree: 'program', because: `${own} and ${others[0]} grew a container alike` };
  }
  return {
    degree: 'other',
    because: `the recording is of ${own}, the other captures of ${others[0]}`,
  };
}
