import type { CallStacks, IpIndex, TraceIndex } from '../../model/heap-profile.ts';
import { ownKinds, type TraceCosts } from './costs.ts';

/**
 * One number for all stacks that are the same, by trace.
 *
 * @param keyOf what code addresses must have in common to count as the same.
 */
export function equalStacks(stacks: CallStacks, keyOf: (ip: IpIndex) => string): Uint32Array {
  const { count, ip, parent } = stacks.traces;
  const codes = equalCode(stacks, keyOf);
  const numbers = new Map<number, number>();
  const classOf = new Uint32Array(count);
  for (let trace = 1; trace < count; trace++) {
    // A parent stands before its children; both factors are table sizes, so that this is exact.
    const step = classOf[parent[trace]!]! * codes.count + codes.ofIp[ip[trace]!]!;
    let number = numbers.get(step);
    if (number === undefined) {
      number = numbers.size + 1;
      numbers.set(step, number);
    }
    classOf[trace] = number;
  }
  return classOf;
}

function equalCode(
  { ips }: CallStacks,
  keyOf: (ip: IpIndex) => string,
): { ofIp: Uint32Array; count: number } {
  const numbers = new Map<string, number>();
  const ofIp = Uint32Array.from({ length: ips.count }, (_, ip) => {
    const key = ip === 0 ? '' : keyOf(ip);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  return { ofIp, count: numbers.size };
}

/** Moves costs to where equal stacks are shown. @param shown by trace. */
export function sumAt(costs: TraceCosts, shown: ArrayLike<TraceIndex>): void {
  for (const kind of ownKinds(costs)) {
    const column = costs[kind];
    for (let trace = 0; trace < column.length; trace++) {
      const at = shown[trace]!;
      if (at === trace) continue;
      column[at]! += column[trace]!;
      column[trace] = 0;
    }
  }
}
