import { mayFollow } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { SizedProfile, TraceIndex } from '../../../model/heap-profile.ts';
import type { RequestedBlock } from '../growth.ts';
import type { GrowthStackReader } from './growth-stack.ts';

/** One capacity of the containers of a site. */
export interface SiteBlock extends RequestedBlock {
  /** Blocks of this size that were made, which is how many containers came so far. */
  readonly calls: number;
  /** How many of them grew no further. */
  readonly ended: number;
}

/** All allocations of one size at a site. */
export interface BlockSize {
  readonly bytes: Bytes;
  calls: number;
  live: number;
  atPeak: number;
  /** Rows of the allocation table. */
  readonly rows: number[];
}

/** Call stacks that belong together: they differ only inside the functions of a container. */
export interface GrowthGroup {
  readonly traces: readonly TraceIndex[];
  /** Smallest first. */
  readonly sizes: readonly BlockSize[];
  /** Whether a function name tells a container. */
  readonly isNamed: boolean;
  /** Equal for groups of one container type in one own function; undefined for those without names. */
  readonly family: string | undefined;
}

/** Fewer sizes than this are no series where no name says that something grows. */
const FEWEST_SIZES = 3;

/** More than any container has capacities: by an eighth from 8 bytes to 1 TiB takes 220 steps. */
const MOST_SIZES = 2048;

/** Of the neighbours among the sizes, for a series that may have a few strangers in between. */
const LEAST_SHARE = 0.6;

interface RowsByTrace {
  readonly start: Uint32Array;
  readonly rows: Uint32Array;
}

/** Rows of the allocation table in the order of their call stacks. */
function rowsByTrace({ allocations, traces }: SizedProfile): RowsByTrace {
  const start = new Uint32Array(traces.count + 1);
  for (let row = 0; row < allocations.count; row++) {
    if (allocations.calls[row]! > 0) start[allocations.trace[row]! + 1]!++;
  }
  for (let trace = 0; trace < traces.count; trace++) start[trace + 1]! += start[trace]!;
  const at = start.slice();
  const rows = new Uint32Array(start[traces.count]!);
  for (let row = 0; row < allocations.count; row++) {
    if (allocations.calls[row]! > 0) rows[at[allocations.trace[row]!]!++] = row;
  }
  return { start, rows };
}

/**
 * Groups call stacks for the search: those that end in a container's functions by where the
 * program's own code called it, all others one by one. Stacks with too few sizes are left out.
 */
export function growthGroups(
  profile: SizedProfile,
  stacks: GrowthStackReader,
): readonly GrowthGroup[] {
  const table = rowsByTrace(profile);
  const named = new Map<string, { family: string; traces: TraceIndex[] }>();
  const groups: GrowthGroup[] = [];
  const scratch = new Float64Array(MOST_SIZES);
  for (let trace = 1; trace < profile.traces.count; trace++) {
    const count = table.start[trace + 1]! - table.start[trace]!;
    if (count === 0) continue;
    const { container, path, typeFunction, ownTrace, ownFunction } = stacks.read(trace);
    if (container === undefined) {
      if (!isPromising(profile, table, trace, scratch)) continue;
      const sizes = sizesOf(profile, table, [trace]);
      groups.push({ traces: [trace], sizes, isNamed: false, family: undefined });
      continue;
    }
    const caller = ownTrace === 0 || ownTrace === trace ? profile.traces.parent[trace]! : ownTrace;
    const key = `${caller} ${container} ${path}`;
    const group = named.get(key);
    if (group) group.traces.push(trace);
    else {
      const family = `${container} ${typeFunction} ${ownFunction}`;
      named.set(key, { family, traces: [trace] });
    }
  }
  for (const { family, traces } of named.values()) {
    groups.push({ traces, sizes: sizesOf(profile, table, traces), isNamed: true, family });
  }
  return groups;
}

/**
 * Whether the sizes of a call stack look like a series at all: most neighbours can follow each
 * other, or are the same amount apart. Cheap, because it is asked for every call stack.
 */
function isPromising(
  { allocations }: SizedProfile,
  { start, rows }: RowsByTrace,
  trace: TraceIndex,
  scratch: Float64Array,
): boolean {
  const first = start[trace]!;
  const count = start[trace + 1]! - first;
  if (count < FEWEST_SIZES || count > MOST_SIZES) return false;
  const sizes = scratch.subarray(0, count);
  for (let i = 0; i < count; i++) sizes[i] = allocations.size[rows[first + i]!]!;
  sortNumbers(sizes);
  let steps = 0;
  let constants = 0;
  for (let i = 1; i < count; i++) {
    const difference = sizes[i]! - sizes[i - 1]!;
    if (mayFollow(sizes[i - 1]!, sizes[i]!)) steps++;
    if (i > 1 && difference === sizes[i - 1]! - sizes[i - 2]!) constants++;
  }
  return steps >= LEAST_SHARE * (count - 1) || constants >= LEAST_SHARE * (count - 2);
}

/** In place; the engine's own sort has a price that shows for a handful of numbers. */
function sortNumbers(numbers: Float64Array): void {
  if (numbers.length > 64) {
    numbers.sort();
    return;
  }
  for (let i = 1; i < numbers.length; i++) {
    const value = numbers[i]!;
    let at = i - 1;
    for (; at >= 0 && numbers[at]! > value; at--) numbers[at + 1] = numbers[at]!;
    numbers[at + 1] = value;
  }
}

function sizesOf(
  { allocations }: SizedProfile,
  { start, rows }: RowsByTrace,
  traces: readonly TraceIndex[],
): BlockSize[] {
  const bySize = new Map<Bytes, BlockSize>();
  for (const trace of traces) {
    for (let i = start[trace]!; i < start[trace + 1]!; i++) {
      const row = rows[i]!;
      const bytes = allocations.size[row]!;
      let size = bySize.get(bytes);
      if (size === undefined) {
        size = { bytes, calls: 0, live: 0, atPeak: 0, rows: [] };
        bySize.set(bytes, size);
      }
      size.calls += allocations.calls[row]!;
      size.live += allocations.live[row]!;
      size.atPeak += allocations.atPeak[row]!;
      size.rows.push(row);
    }
  }
  return [...bySize.values()].sort((a, b) => a.bytes - b.bytes);
}

/** One group of several, as if their stacks were one. */
export function joinGroups(groups: readonly GrowthGroup[]): GrowthGroup {
  if (groups.length === 1) return groups[0]!;
  const bySize = new Map<Bytes, BlockSize>();
  for (const size of groups.flatMap(({ sizes }) => sizes)) {
    const sum = bySize.get(size.bytes);
    if (sum === undefined) {
      bySize.set(size.bytes, { ...size, rows: [...size.rows] });
      continue;
    }
    sum.calls += size.calls;
    sum.live += size.live;
    sum.atPeak += size.atPeak;
    sum.rows.push(...size.rows);
  }
  return {
    traces: groups.flatMap(({ traces }) => traces),
    sizes: [...bySize.values()].sort((a, b) => a.bytes - b.bytes),
    isNamed: groups[0]!.isNamed,
    family: groups[0]!.family,
  };
}
