import { baseName } from '../../model/base-name.ts';
import type { CallStacks, IpIndex, TraceIndex } from '../../model/heap-profile.ts';
import { COST_KINDS, type CostedStacks, type CostKind } from './costs.ts';

/**
 * When stacks of two recordings are the same. `function`: the same functions call each other, so
 * that an edit above an allocation does not show. `line`: heaptrack's rule, the same module, file
 * and line too, whatever was inlined.
 */
export type DiffKind = 'function' | 'line';

/** What the stacks of one recording cost more than those of another; less is negative. */
export function stackDifference(
  after: CostedStacks,
  before: CostedStacks,
  by: DiffKind,
): CostedStacks {
  const union = new StackUnion(by);
  union.add(after, 1);
  union.add(before, -1);
  return { ...union.finish(), kinds: after.kinds.filter((kind) => before.kinds.includes(kind)) };
}

/** Stacks of several recordings in one table: a trie in which a node is one code address more. */
class StackUnion {
  readonly #by: DiffKind;
  readonly #strings: string[] = [];
  readonly #numberOfString = new Map<string, number>();

  /** One IP for all that count as the same code. */
  readonly #numberOfIp = new Map<string, IpIndex>();
  readonly #address: number[] = [];
  readonly #module: number[] = [];
  readonly #frameStart: number[] = [];
  readonly #function: number[] = [];
  readonly #file: number[] = [];
  readonly #line: number[] = [];

  readonly #nodeOfStep = new Map<string, TraceIndex>();
  readonly #traceIp: number[] = [0];
  readonly #traceParent: number[] = [0];
  readonly #costs: Record<CostKind, number[]> = {
    calls: [0],
    temporary: [0],
    peak: [0],
    leaked: [0],
    allocated: [0],
  };

  constructor(by: DiffKind) {
    this.#by = by;
    this.#string('');
    this.#numberOfIp.set('', 0);
    this.#pushIp(0, 0);
  }

  add({ stacks, costs }: CostedStacks, sign: 1 | -1): void {
    const strings = Uint32Array.from(stacks.strings, (text) => this.#string(text));
    const ips = Uint32Array.from(stacks.ips.address, (_, ip) => this.#ip(stacks, ip, strings));
    const nodes = new Uint32Array(stacks.traces.count);
    for (let trace = 0; trace < nodes.length; trace++) {
      if (trace > 0) {
        const parent = nodes[stacks.traces.parent[trace]!]!;
        nodes[trace] = this.#node(parent, ips[stacks.traces.ip[trace]!]!);
      }
      const node = nodes[trace]!;
      for (const kind of COST_KINDS) this.#costs[kind][node]! += sign * costs[kind][trace]!;
    }
  }

  finish(): Omit<CostedStacks, 'kinds'> {
    const costs = Object.fromEntries(
      COST_KINDS.map((kind) => [kind, Float64Array.from(this.#costs[kind])]),
    ) as Record<CostKind, Float64Array>;
    return {
      stacks: {
        strings: this.#strings,
        ips: {
          count: this.#address.length,
          address: Float64Array.from(this.#address),
          module: Uint32Array.from(this.#module),
          frameStart: Uint32Array.from([...this.#frameStart, this.#function.length]),
          frames: {
            function: Uint32Array.from(this.#function),
            file: Uint32Array.from(this.#file),
            line: Uint32Array.from(this.#line),
          },
        },
        traces: {
          count: this.#traceIp.length,
          ip: Uint32Array.from(this.#traceIp),
          parent: Uint32Array.from(this.#traceParent),
        },
      },
      costs,
    };
  }

  #string(text: string): number {
    let number = this.#numberOfString.get(text);
    if (number === undefined) {
      number = this.#strings.length;
      this.#numberOfString.set(text, number);
      this.#strings.push(text);
    }
    return number;
  }

  #ip({ ips }: CallStacks, ip: IpIndex, strings: Uint32Array): IpIndex {
    if (ip === 0) return 0;
    const { frameStart, frames } = ips;
    const [first, end] = [frameStart[ip]!, frameStart[ip + 1]!];
    const module = strings[ips.module[ip]!]!;
    const functions = Array.from(frames.function.subarray(first, end), (name) => strings[name]!);
    const key =
      this.#by === 'function'
        ? `${moduleName(this.#strings[module]!)} ${functions}`
        : `${module} ${functions[0]} ${strings[frames.file[first]!]} ${frames.line[first]}`;
    const known = this.#numberOfIp.get(first === end ? `${module}` : key);
    if (known !== undefined) return known;
    const number = this.#address.length;
    this.#numberOfIp.set(first === end ? `${module}` : key, number);
    this.#pushIp(ips.address[ip]!, module);
    for (let i = first; i < end; i++) {
      this.#function.push(strings[frames.function[i]!]!);
      this.#file.push(strings[frames.file[i]!]!);
      this.#line.push(frames.line[i]!);
    }
    return number;
  }

  #pushIp(address: number, module: number): void {
    this.#address.push(address);
    this.#module.push(module);
    this.#frameStart.push(this.#function.length);
  }

  #node(parent: TraceIndex, ip: IpIndex): TraceIndex {
    const step = `${parent} ${ip}`;
    let node = this.#nodeOfStep.get(step);
    if (node === undefined) {
      node = this.#traceIp.length;
      this.#nodeOfStep.set(step, node);
      this.#traceIp.push(ip);
      this.#traceParent.push(parent);
      for (const kind of COST_KINDS) this.#costs[kind].push(0);
    }
    return node;
  }
}

/** The same library may lie elsewhere, or have another version: `libstdc++.so.6.0.30`. */
function moduleName(path: string): string {
  return baseName(path).replace(/\.so\..*$/, '.so');
}
