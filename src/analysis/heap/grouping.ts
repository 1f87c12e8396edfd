import { addressAt, type CallStacks, type IpIndex } from '../../model/heap-profile.ts';
import { type CostedStacks, mapCosts, type TraceCosts } from './costs.ts';

/**
 * What call stacks are summed by: the line of code they end in, the function, its source file, its
 * module, or nothing (`stack`: each stack for itself).
 */
export type GroupKind = 'place' | 'stack' | 'function' | 'file' | 'module';

/** Call stacks in groups. */
export interface Groups {
  readonly by: GroupKind;
  readonly costed: CostedStacks;
  /** Group number by trace index. */
  readonly groupOfTrace: Uint32Array;
  /** Costs by group number. */
  readonly costs: TraceCosts;
}

/**
 * Groups call stacks. Groups are numbered in the order in which their code first appears.
 *
 * A place is a module, function, file and line; the address and what was inlined there do not
 * count, as in heaptrack.
 */
export function groupStacks(costed: CostedStacks, by: GroupKind): Groups {
  const { stacks, costs } = costed;
  const { traces } = stacks;
  if (by === 'stack') {
    return { by, costed, groupOfTrace: Uint32Array.from(traces.ip, (_, trace) => trace), costs };
  }
  const { groupOfIp, count } = groupIps(stacks, by);
  const { count: traceCount, ip } = traces;
  const groupOfTrace = new Uint32Array(traceCount);
  for (let trace = 0; trace < traceCount; trace++) groupOfTrace[trace] = groupOfIp[ip[trace]!]!;
  const sums = mapCosts(costs, (part) => {
    const sum = new Float64Array(count);
    for (let trace = 0; trace < traceCount; trace++) {
      const value = part[trace]!;
      // Most stacks only lead to others, or cost nothing of a kind.
      if (value !== 0) sum[groupOfTrace[trace]!]! += value;
    }
    return sum;
  });
  return { by, costed, groupOfTrace, costs: sums };
}

function groupIps(
  stacks: CallStacks,
  by: Exclude<GroupKind, 'stack'>,
): { groupOfIp: Uint32Array; count: number } {
  const numbers = new Map<string, number>();
  const groupOfIp = new Uint32Array(stacks.ips.count);
  for (let ip = 0; ip < stacks.ips.count; ip++) {
    const key = groupKey(stacks, ip, by);
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(key, number);
    }
    groupOfIp[ip] = number;
  }
  return { groupOfIp, count: numbers.size };
}

function groupKey({ ips }: CallStacks, ip: IpIndex, by: Exclude<GroupKind, 'stack'>): string {
  const { module, frameStart, frames } = ips;
  const first = frameStart[ip]!;
  const isKnown = first < frameStart[ip + 1]!;
  const [name, file] = isKnown ? [frames.function[first]!, frames.file[first]!] : [0, 0];
  switch (by) {
    case 'module':
      return `${module[ip]}`;
    case 'file':
      return `${module[ip]} ${file}`;
    case 'function':
      // Without a name the address is one.
      return name === 0 ? `${module[ip]} at ${addressAt(ips, ip)}` : `${module[ip]} ${name}`;
    case 'place':
      return isKnown ? `${module[ip]} ${name} ${file} ${frames.line[first]}` : `${module[ip]}`;
  }
}
