import { type Address, formatAddress } from '../../model/address.ts';
import { programName } from '../../model/base-name.ts';
import { roundUpToPage } from '../../model/bytes.ts';
import type { SpaceFindings } from '../address-space/findings.ts';
import type { MemoryGroups } from '../memory-groups.ts';

/**
 * Whether two captures belong together. `process`: one process, addresses mean the same. `layout`:
 * addresses mean the same, the moment or the run is another. `program`: another run, sizes can be
 * compared. `none`: nothing says that they belong together. `other`: they do not.
 */
export type Belonging = {
  readonly degree: 'process' | 'layout' | 'program' | 'none' | 'other';
  readonly because: string;
};

/** A map taken before the end lacks some of what the log ends with. */
const FEWEST_SHARED = 2;
const LEAST_SHARED = 0.5;

/** A memory map and an address space of a log. */
export function mapBelongsTo(groups: MemoryGroups, space: SpaceFindings): Belonging {
  const { map, anonymous } = groups;
  const log = space.replayed.space.heap;
  const rows = anonymous.heap.mappings.map(({ mapping }) => mapping);
  const [first, last] = [rows[0], rows.at(-1)];
  const isSamePid = map.pid !== undefined && map.pid === space.pid;
  if (first && last && log.start !== undefined) {
    const [start, end] = [first.start, last.start + last.size];
    if (start === log.start && end === roundUpToPage(log.current)) {
      const range = `${formatAddress(start)} to ${formatAddress(end)}`;
      const pid = isSamePid ? `the PID is ${map.pid} in both, and ` : '';
      return { degree: 'process', because: `${pid}the heap lies from ${range} in both` };
    }
    // Somewhere in the log the heap was as the map has it.
    const grew = `the heap begins at ${formatAddress(start)} in both and ends elsewhere`;
    if (start === log.start) {
      return isSamePid
        ? { degree: 'process', because: `${grew}: the map is of another moment` }
        : { degree: 'layout', because: `${grew}: another moment, or another run` };
    }
  }
  const mapped = map.executable ?? map.command ?? groups.executable.files[0]?.name;
  const [a, b] = [programName(mapped), programName(space.replayed.program)];
  if (a !== undefined && b !== undefined && a !== b) {
    return { degree: 'other', because: `the map is of ${a}, the log of ${b}` };
  }
  const shared = sharedMappings(groups, space);
  if (shared.count >= FEWEST_SHARED && shared.count >= shared.most * LEAST_SHARED) {
    const because = `${shared.count} of ${shared.most} anonymous mappings of the log's end lie in the map`;
    return { degree: isSamePid ? 'process' : 'layout', because };
  }
  if (a !== undefined && a === b) {
    return { degree: 'program', because: `both are of ${a}, and the heap lies elsewhere` };
  }
  return { degree: 'none', because: 'neither PID, heap nor program can be compared' };
}

/** How many of the mappings that the log ends with lie in anonymous rows of the map. */
function sharedMappings(
  { mappings }: MemoryGroups,
  { alive }: SpaceFindings,
): { readonly count: number; readonly most: number } {
  // Maps have up to a hundred thousand rows, and logs hundreds of address spaces.
  const rows = mappings
    .flatMap(({ role, mapping }) => (role.value === 'anonymous' ? [mapping] : []))
    .sort((a, b) => a.start - b.start);
  const lie = alive.filter((chain) => {
    const start = chain.steps.at(-1)!.start;
    const row = rows[firstBehind(rows, start) - 1];
    return row !== undefined && start + chain.mapped <= row.start + row.size;
  });
  return { count: lie.length, most: alive.length };
}

/** The index of the first of sorted rows that begins behind an address. */
function firstBehind(rows: readonly { readonly start: Address }[], address: Address): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.start > address) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * A heap recording and the program of another capture.
 *
 * @param sharesSeries a container of the log went through the sizes of a site of the recording.
 */
export function recordingBelongsTo(
  debuggee: string | undefined,
  program: string | undefined,
  sharesSeries: boolean,
): Belonging {
  const [a, b] = [programName(debuggee), programName(program)];
  if (a === undefined || b === undefined) {
    return { degree: 'none', because: 'the name of the program cannot be compared' };
  }
  if (a === b) return { degree: 'program', because: `both are of ${a}, in runs of their own` };
  if (sharesSeries) {
    const because = `of ${a}, not of ${b}, but a container grew by the same sizes in both`;
    return { degree: 'program', because };
  }
  return { degree: 'other', because: `the recording is of ${a}, the other captures of ${b}` };
}
