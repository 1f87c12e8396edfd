/**
 * A heap format that nobody writes: bytes by call stack at two moments, the fullest and the last. It
 * knows no calls and no sizes. `sampled` says that bytes were scaled up from a sample.
 *
 *     heap-moments 1
 *     at 1.5
 *     4096 main;load;grow
 *     at 4
 *     512 main;load;grow
 */
import type { Input } from '../../../src/input/input.ts';
import type { HeapProfile, Inexactness } from '../../../src/model/heap-profile.ts';
import { type Format, no, yes } from '../../../src/parsers/format.ts';

const HEAD = 'heap-moments 1';

const SAMPLED: Inexactness = { kind: 'sampled', because: 'one allocation in ten is looked at' };

/** Functions as they are called, each as a code address of its own. */
class Stacks {
  readonly strings = [''];
  readonly ips: number[] = [];
  readonly parents = [0];
  readonly #traces = new Map<string, number>();

  traceOf(path: string): number {
    if (path === '') return 0;
    const known = this.#traces.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf(';');
    const parent = this.traceOf(path.slice(0, Math.max(0, cut)));
    this.parents.push(parent);
    this.strings.push(path.slice(cut + 1));
    const trace = this.parents.length - 1;
    this.#traces.set(path, trace);
    return trace;
  }

  tables(): Pick<HeapProfile, 'strings' | 'ips' | 'traces'> {
    const count = this.parents.length;
    const numbers = Uint32Array.from({ length: count }, (_, i) => i);
    return {
      strings: this.strings,
      ips: {
        count,
        address: new Float64Array(count),
        module: new Uint32Array(count),
        frameStart: Uint32Array.from({ length: count + 1 }, (_, i) => Math.max(0, i - 1)),
        frames: {
          function: numbers.slice(1),
          file: new Uint32Array(count - 1),
          line: new Uint32Array(count - 1),
        },
      },
      traces: { count, ip: numbers, parent: Uint32Array.from(this.parents) },
    };
  }
}

async function parse(input: Input): Promise<HeapProfile> {
  const stacks = new Stacks();
  let isSampled = false;
  const moments: { time: number; bytes: [trace: number, bytes: number][] }[] = [];
  for (const line of ((await input.text()) ?? '').slice(HEAD.length).trim().split('\n')) {
    const [first, second = ''] = line.split(' ') as [string, string?];
    if (first === 'sampled') isSampled = true;
    else if (first === 'at') moments.push({ time: Number(second), bytes: [] });
    else moments.at(-1)!.bytes.push([stacks.traceOf(second), Number(first)]);
  }
  const tables = stacks.tables();
  const snapshots = moments.map(({ time, bytes }) => {
    const live = new Float64Array(tables.traces.count);
    for (const [trace, value] of bytes) live[trace] = value;
    return { time, live };
  });
  const totals = snapshots.map(({ live }) => live.reduce((sum, value) => sum + value, 0));
  const [fullest, last] = [snapshots[0]!, snapshots.at(-1)!];
  return {
    kind: 'heap-profile',
    ...tables,
    recording: {
      recorder: { tool: 'momenter', version: '0.9' },
      fileVersion: 1,
      debuggee: undefined,
      pageBytes: undefined,
      systemBytes: undefined,
      attached: false,
      suppressions: [],
    },
    costs: { peak: fullest.live, leaked: last.live },
    inexact: isSampled
      ? { peak: SAMPLED, leaked: SAMPLED }
      : { peak: { kind: 'at-least', because: 'it looks at two moments alone' } },
    allocations: undefined,
    totals: {
      calls: undefined,
      temporary: undefined,
      allocated: undefined,
      peak: totals[0],
      peakTime: fullest.time,
      leaked: totals.at(-1),
      peakResident: undefined,
      runtime: last.time,
    },
    timeline: {
      time: Float64Array.from(snapshots, ({ time }) => time),
      live: Float64Array.from(totals),
      calls: undefined,
      temporary: undefined,
      resident: new Float64Array(totals.length).fill(Number.NaN),
    },
    window: undefined,
    growthSteps: undefined,
    snapshots,
    temporaryRule: undefined,
    exact: undefined,
  };
}

export const heapMoments: Format<'heap-profile'> = {
  id: 'heap-moments',
  title: 'a heap in moments',
  produces: 'heap-profile',
  howToCapture: 'momenter COMMAND',
  answers: ['snapshots'],
  detect: ({ lines }) => (lines[0] === HEAD ? yes('it starts so') : no('it starts otherwise')),
  parse,
};
