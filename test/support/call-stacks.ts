import fc from 'fast-check';
import {
  COST_KINDS,
  type CostedStacks,
  costedStacks,
  emptyCosts,
  type HeapCosts,
  NO_COSTS,
} from '../../src/analysis/heap/costs.ts';
import { suppressedTraces } from '../../src/analysis/heap/leak-suppression.ts';
import { type StackFrame, stackOf } from '../../src/analysis/heap/stacks.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { decodeInput } from '../../src/input/input.ts';
import { openCapture } from '../../src/input/open.ts';
import { BUILT_IN_LEAK_PATTERNS } from '../../src/knowledge/leak-suppressions.ts';
import type { CallStacks } from '../../src/model/heap-profile.ts';
import type { HeaptrackProfile } from '../../src/parsers/heaptrack/build-profile.ts';
import { heaptrack } from '../../src/parsers/heaptrack/heaptrack.ts';

/** A recording as it stands in its file: heaptrack's own tools show Rust names as they are there. */
export async function profileAsRecorded(file: string): Promise<HeaptrackProfile> {
  const diagnostics = new Diagnostics(file);
  const input = await decodeInput(openCapture(file, diagnostics)!, diagnostics, () => undefined);
  try {
    const context = { diagnostics, asked: {} };
    return (await heaptrack.parse(input!, context)) as HeaptrackProfile;
  } finally {
    await input!.close();
  }
}

/** The same with its costs. */
export async function readRecording(
  file: string,
): Promise<CostedStacks & { readonly profile: HeaptrackProfile }> {
  const profile = await profileAsRecorded(file);
  const suppressed = suppressedTraces(profile, BUILT_IN_LEAK_PATTERNS);
  return { profile, ...costedStacks(profile, suppressed) };
}

export interface FrameText {
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
}

export interface IpText {
  readonly module?: string;
  /** Innermost first. */
  readonly frames?: readonly FrameText[];
}

/** Call stacks written out in a test; IPs and traces count from 1, traces are `[ip, parent]`. */
export function callStacks(
  ips: readonly IpText[],
  traces: readonly (readonly [ip: number, parent: number])[],
): CallStacks {
  const strings = [''];
  const index = (text = '') => {
    const known = strings.indexOf(text);
    return known === -1 ? strings.push(text) - 1 : known;
  };
  const all: readonly IpText[] = [{}, ...ips];
  const starts = [0];
  for (const { frames = [] } of all) starts.push(starts.at(-1)! + frames.length);
  const frames = all.flatMap((ip) => ip.frames ?? []);
  return {
    ips: {
      count: all.length,
      address: Float64Array.from(all, (_, ip) => ip * 0x1000),
      module: Uint32Array.from(all, ({ module }) => index(module)),
      frameStart: Uint32Array.from(starts),
      frames: {
        function: Uint32Array.from(frames, (frame) => index(frame.function)),
        file: Uint32Array.from(frames, ({ file }) => index(file)),
        line: Uint32Array.from(frames, ({ line }) => line ?? 0),
      },
    },
    traces: {
      count: traces.length + 1,
      ip: Uint32Array.from([0, ...traces.map(([ip]) => ip)]),
      parent: Uint32Array.from([0, ...traces.map(([, parent]) => parent)]),
    },
    strings,
  };
}

/** Costs by trace, from 1 on; what is not given is 0. */
export function costsFor(
  stacks: CallStacks,
  byTrace: Readonly<Record<number, Partial<HeapCosts>>>,
): CostedStacks {
  const costs = emptyCosts(stacks.traces.count);
  for (const [trace, own] of Object.entries(byTrace)) {
    for (const kind of COST_KINDS) costs[kind][Number(trace)] = own[kind] ?? 0;
  }
  return { stacks, costs, kinds: COST_KINDS };
}

const frameText = fc.record({
  function: fc.constantFrom('', 'main', 'a', 'b', 'c', 'a;\nb'),
  file: fc.constantFrom('', 'src/x.c', 'lib/y.c'),
  line: fc.integer({ min: 0, max: 2 }),
});

const ipText = fc.record({
  module: fc.constantFrom('', 'prog', 'lib/libc.so'),
  frames: fc.array(frameText, { maxLength: 3 }),
});

/** Recordings of any shape: recursion, inlining, `main` in the middle, code without names. */
export const anyCostedStacks: fc.Arbitrary<CostedStacks> = fc
  .record({
    ips: fc.array(ipText, { minLength: 1, maxLength: 6 }),
    traces: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 14 }),
    costs: fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 5 * 15 }),
  })
  .map(({ ips, traces, costs }) => {
    const stacks = callStacks(
      ips,
      // Index 0, "none", is among the IPs and the parents.
      traces.map(([ip, parent], index) => [ip % (ips.length + 1), parent % (index + 1)]),
    );
    const columns = emptyCosts(stacks.traces.count);
    for (const [i, value] of costs.entries()) {
      const trace = Math.floor(i / COST_KINDS.length);
      if (trace < stacks.traces.count) columns[COST_KINDS[i % COST_KINDS.length]!][trace] = value;
    }
    return { stacks, costs: columns, kinds: COST_KINDS };
  });

const NOTHING_KNOWN: StackFrame = {
  name: undefined,
  file: undefined,
  line: 0,
  module: undefined,
  address: 0,
  offset: undefined,
  inlined: false,
};

/** The frames of a trace; one about which nothing is known for trace 0. */
export function framesOf(stacks: CallStacks, trace: number): readonly StackFrame[] {
  return trace === 0 ? [NOTHING_KNOWN] : stackOf(stacks, trace);
}

/** Sums by a text, for comparing whole results with what a simple loop finds. */
export class Sums {
  readonly #sums = new Map<string, HeapCosts>();

  add(key: string, more: Readonly<HeapCosts>): void {
    const sum = this.#sums.get(key) ?? { ...NO_COSTS };
    for (const kind of COST_KINDS) sum[kind] += more[kind];
    this.#sums.set(key, sum);
  }

  /** Without what sums up to nothing. */
  entries(): Record<string, HeapCosts> {
    return Object.fromEntries(
      [...this.#sums].filter(([, sum]) => COST_KINDS.some((kind) => sum[kind] !== 0)),
    );
  }
}
