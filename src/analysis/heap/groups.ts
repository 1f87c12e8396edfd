import type { CallStacks, IpIndex } from '../../model/allocation-profile.ts';
import { costlyTraces } from './call-forest.ts';
import type { FunctionName } from './callers.ts';
import { addCosts, costsOf, type HeapCosts, NO_COSTS, type TraceCosts } from './costs.ts';
import { frameOfSymbol, functionRows } from './frame-rows.ts';

/** What a part of the program allocated itself, without what it called. */
export interface GroupCosts {
  /** Undefined for code about which the recorder knew nothing. */
  readonly name: string | undefined;
  readonly costs: HeapCosts;
}

/** Costs by the module whose code called the allocator. */
export function costsByModule(stacks: CallStacks, costs: TraceCosts): GroupCosts[] {
  const { ips, strings } = stacks;
  return grouped(stacks, costs, (ip) => strings[ips.module[ip]!]!);
}

/**
 * Costs by the source file whose code called the allocator: that of the innermost inlined function
 * for which there is one.
 */
export function costsByFile(stacks: CallStacks, costs: TraceCosts): GroupCosts[] {
  const { ips, strings } = stacks;
  return grouped(stacks, costs, (ip) => {
    for (let i = ips.frameStart[ip]!; i < ips.frameStart[ip + 1]!; i++) {
      const file = strings[ips.frames.file[i]!]!;
      if (file !== '') return file;
    }
    return '';
  });
}

/** Costs by the function that called the allocator; inlined ones are functions, too. */
export function costsByFunction(
  stacks: CallStacks,
  costs: TraceCosts,
): (FunctionName & { readonly costs: HeapCosts })[] {
  const rows = functionRows(stacks);
  const { rowStart, symbol } = rows;
  return sumsBy(stacks, costs, (ip) => symbol[rowStart[ip]!]!).map(([key, sum]) => {
    const { name, module } = frameOfSymbol(rows, key);
    return { name, module, costs: sum };
  });
}

function grouped(
  stacks: CallStacks,
  costs: TraceCosts,
  nameOf: (ip: IpIndex) => string,
): GroupCosts[] {
  return sumsBy(stacks, costs, nameOf).map(([name, sum]) => ({
    name: name || undefined,
    costs: sum,
  }));
}

/** Sums by the code where stacks end, in the order of its first appearance. */
function sumsBy<Key>(
  { ips, traces }: CallStacks,
  costs: TraceCosts,
  keyOf: (ip: IpIndex) => Key,
): [Key, HeapCosts][] {
  const isCostly = costlyTraces(costs);
  const sums = new Map<Key, HeapCosts>();
  const sumOfIp = new Array<HeapCosts | undefined>(ips.count);
  for (let trace = 0; trace < traces.count; trace++) {
    if (isCostly[trace] === 0) continue;
    const ip = traces.ip[trace]!;
    let sum = sumOfIp[ip];
    if (sum === undefined) {
      const key = keyOf(ip);
      sum = sums.get(key) ?? { ...NO_COSTS };
      sums.set(key, sum);
      sumOfIp[ip] = sum;
    }
    addCosts(sum, costsOf(costs, trace));
  }
  return [...sums];
}
