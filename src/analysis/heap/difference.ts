import { baseName } from '../../model/base-name.ts';
import type { CallStacks, IpIndex, IpTable, TraceIndex } from '../../model/heap-profile.ts';
import { type CostedStacks, type CostKind, emptyCosts } from './costs.ts';
import { equalStacks, sumAt } from './equal-stacks.ts';
import { sameNames } from './same-names.ts';

/**
 * When stacks of two recordings are the same. `function`: the same functions call each other, so
 * that an edit above an allocation does not show. `line`: heaptrack's rule, the same module, file
 * and line too, whatever was inlined.
 */
export type DiffKind = 'function' | 'line';

/** Decides which of several equal stacks is shown: the first of these that both recordings have. */
const WEIGHTS: readonly CostKind[] = ['allocated', 'peak', 'leaked', 'copied', 'units', 'calls'];

/**
 * What the stacks of one recording cost more than those of another; less is negative.
 *
 * The tables of both stand one behind the other, so that each stack is one that was recorded. Equal
 * stacks are summed at one of them: the largest of `after`, else the largest of `before`.
 *
 * @param by `name` for recordings of two recorders.
 */
export function stackDifference(
  after: CostedStacks,
  before: CostedStacks,
  by: DiffKind | 'name',
): CostedStacks {
  const kinds = after.kinds.filter((kind) => before.kinds.includes(kind));
  const stacks = bothTables(after.stacks, before.stacks);
  const costs = emptyCosts(stacks.traces.count, kinds);
  const split = after.stacks.traces.count;
  for (const kind of kinds) {
    costs[kind].set(after.costs[kind]);
    for (let trace = 1; trace < before.costs[kind].length; trace++) {
      costs[kind][split + trace - 1] = 0 - before.costs[kind][trace]!;
    }
    // Allocations without a stack are trace 0 in both.
    costs[kind][0]! -= before.costs[kind][0]!;
  }
  const weight = WEIGHTS.find((kind) => kinds.includes(kind)) ?? 'allocated';
  const classOf =
    by === 'name' ? sameNames(stacks) : equalStacks(stacks, (ip) => codeKey(stacks, ip, by));
  sumAt(costs, shownStacks(classOf, costs[weight], split));
  return { stacks, costs, kinds };
}

/** By trace, the one at which the costs of all equal stacks are summed. */
function shownStacks(
  classOf: Uint32Array,
  weight: Float64Array,
  split: TraceIndex,
): readonly TraceIndex[] {
  const best = new Map<number, TraceIndex>();
  const isBetter = (trace: TraceIndex, than: TraceIndex) => {
    const isOfAfter = weight[than] !== 0 && than < split;
    if (trace >= split && isOfAfter) return false;
    return Math.abs(weight[trace]!) > Math.abs(weight[than]!);
  };
  for (const [trace, stack] of classOf.entries()) {
    const known = best.get(stack);
    if (known === undefined || isBetter(trace, known)) best.set(stack, trace);
  }
  return Array.from(classOf, (stack) => best.get(stack)!);
}

function codeKey({ ips, strings }: CallStacks, ip: IpIndex, by: DiffKind): string {
  const { frameStart, frames } = ips;
  const [first, end] = [frameStart[ip]!, frameStart[ip + 1]!];
  const module = ips.module[ip]!;
  if (by === 'function') {
    // A list of numbers: names may hold any character.
    return `${moduleName(strings[module]!)} ${frames.function.subarray(first, end)}`;
  }
  if (first === end) return `${module}`;
  return `${module} ${frames.function[first]} ${frames.file[first]} ${frames.line[first]}`;
}

/** The same library may lie elsewhere, or have another version: `libstdc++.so.6.0.30`. */
function moduleName(path: string): string {
  return baseName(path).replace(/\.so\..*$/, '.so');
}

/** The tables of `after`, and behind them those of `before`; equal texts have one number. */
function bothTables(after: CallStacks, before: CallStacks): CallStacks {
  const numberOf = new Map<string, number>();
  const number = (text: string) => {
    const known = numberOf.get(text) ?? numberOf.size;
    numberOf.set(text, known);
    return known;
  };
  number('');
  const ofAfter = Uint32Array.from(after.strings, number);
  const ofBefore = Uint32Array.from(before.strings, number);
  const [a, b] = [after.ips, before.ips];
  const texts = (name: 'function' | 'file') =>
    joined(
      a.frames[name].map((at) => ofAfter[at]!),
      b.frames[name].map((at) => ofBefore[at]!),
    );
  // Entry 0, "none", is there once.
  const ipOf = (ip: IpIndex) => (ip === 0 ? 0 : ip + a.count - 1);
  const traceOf = (trace: TraceIndex) => (trace === 0 ? 0 : trace + after.traces.count - 1);
  return {
    strings: [...numberOf.keys()],
    ips: {
      count: a.count + b.count - 1,
      address: Float64Array.from([...a.address, ...b.address.subarray(1)]),
      module: joined(
        a.module.map((at) => ofAfter[at]!),
        b.module.subarray(1).map((at) => ofBefore[at]!),
      ),
      ...((a.wide || b.wide) && {
        wide: new Map([
          ...(a.wide ?? []),
          ...[...(b.wide ?? [])].map(([ip, address]) => [ipOf(ip), address] as const),
        ]),
      }),
      ...((a.offset || b.offset) && { offset: bothOffsets(a, b) }),
      frameStart: joined(
        a.frameStart.subarray(0, a.count),
        b.frameStart.subarray(1).map((at) => at + a.frames.function.length),
      ),
      frames: {
        function: texts('function'),
        file: texts('file'),
        line: joined(a.frames.line, b.frames.line),
      },
    },
    traces: {
      count: after.traces.count + before.traces.count - 1,
      ip: joined(after.traces.ip, before.traces.ip.subarray(1).map(ipOf)),
      parent: joined(after.traces.parent, before.traces.parent.subarray(1).map(traceOf)),
    },
  };
}

function bothOffsets(a: IpTable, b: IpTable): Float64Array {
  const offsets = new Float64Array(a.count + b.count - 1).fill(Number.NaN);
  if (a.offset) offsets.set(a.offset);
  if (b.offset) offsets.set(b.offset.subarray(1), a.count);
  return offsets;
}

function joined(a: Uint32Array, b: Uint32Array): Uint32Array {
  const both = new Uint32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
