import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type CostedStacks, totalCosts } from '../../../src/analysis/heap/costs.ts';
import { type MassifSnapshot, massifFile } from '../../../src/views/export/massif.ts';
import {
  anyCostedStacks,
  callStacks,
  costsFor,
  framesOf,
  readRecording,
} from '../../support/call-stacks.ts';
import { ONE_PER_PROGRAM } from '../../support/recordings.ts';
import { run } from '../../support/run-program.ts';
import { describeWith } from '../../support/tools.ts';

interface Node {
  readonly bytes: number;
  readonly text: string;
  readonly children: Node[];
}

/** Reads a tree by the counts in its lines, as ms_print does. */
function readTree(lines: string[], depth = 0): Node {
  const [, indent, count, bytes, text] = /^( *)n(\d+): (\d+) (.*)$/.exec(lines.shift()!)!;
  expect(indent).toHaveLength(depth);
  const children = Array.from({ length: Number(count) }, () => readTree(lines, depth + 1));
  return { bytes: Number(bytes), text: text!, children };
}

function readFile(text: string) {
  const [head, ...parts] = text.split(/#-----------\nsnapshot=(\d+)\n#-----------\n/);
  const snapshots = [];
  for (let i = 0; i < parts.length; i += 2) {
    const lines = parts[i + 1]!.split('\n').slice(0, -1);
    const fields = Object.fromEntries(lines.splice(0, 5).map((line) => line.split('=')));
    const tree = fields.heap_tree === 'empty' ? undefined : readTree(lines);
    expect(lines, 'nothing after the tree').toEqual([]);
    snapshots.push({ number: Number(parts[i]), bytes: Number(fields.mem_heap_B), fields, tree });
  }
  return { head, snapshots };
}

/** Snapshots of a heap that grows to its peak. */
function growth({ costs }: CostedStacks, peakTimeMs = 30): MassifSnapshot[] {
  const half = costs.peak.map((bytes) => Math.floor(bytes / 2));
  const sum = (live: Float64Array) => live.reduce((total, bytes) => total + bytes, 0);
  return [
    { time: 0, heapBytes: 0, live: undefined, isPeak: false },
    { time: 10.4, heapBytes: sum(half), live: half, isPeak: false },
    { time: peakTimeMs, heapBytes: sum(costs.peak), live: costs.peak, isPeak: true },
    { time: peakTimeMs + 10, heapBytes: 0, live: undefined, isPeak: false },
  ];
}

function massif(costed: CostedStacks, thresholdPercent: number, command = './prog'): string {
  const snapshots = growth(costed);
  return [...massifFile(costed.stacks, { command, snapshots, thresholdPercent })].join('');
}

const EXAMPLE = (() => {
  const stacks = callStacks(
    [
      { module: '/bin/prog', frames: [{ function: 'main', file: 'src/main.c', line: 9 }] },
      {
        module: '/bin/prog',
        frames: [
          { function: 'grow', file: 'src/list.c', line: 3 },
          { function: 'load', file: 'src/load.c', line: 7 },
        ],
      },
      { module: '/lib/libc.so.6' },
      { module: '/bin/prog', frames: [{ function: 'small' }] },
      { module: '/bin/prog', frames: [{ function: '{closure#0}', file: 'a.rs', line: 1 }] },
    ],
    [
      [1, 0],
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 1],
      [0, 0],
    ],
  );
  return costsFor(stacks, {
    2: { peak: 9000 },
    3: { peak: 900 },
    4: { peak: 40 },
    5: { peak: 50 },
    6: { peak: 10 },
  });
})();

describe('a massif file', () => {
  test('is one', () => {
    expect(massif(EXAMPLE, 1, './prog "a\nb"')).toBe(`desc: (written by memtool)
cmd: ./prog "a\\x0ab"
time_unit: ms
#-----------
snapshot=0
#-----------
time=0
mem_heap_B=0
mem_heap_extra_B=0
mem_stacks_B=0
heap_tree=empty
#-----------
snapshot=1
#-----------
time=10
mem_heap_B=5000
mem_heap_extra_B=0
mem_stacks_B=0
heap_tree=detailed
n3: 5000 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.
 n1: 4500 0x2000: grow (src/list.c:3)
  n1: 4500 0x2000: load (src/load.c:7)
   n0: 4500 0x1000: main (src/main.c:9)
 n1: 450 0x3000: ??? (in /lib/libc.so.6)
  n0: 450 0x1000: main (src/main.c:9)
 n0: 50 in 3 places, all below massif's threshold (1.00%)
#-----------
snapshot=2
#-----------
time=30
mem_heap_B=10000
mem_heap_extra_B=0
mem_stacks_B=0
heap_tree=peak
n3: 10000 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.
 n1: 9000 0x2000: grow (src/list.c:3)
  n1: 9000 0x2000: load (src/load.c:7)
   n0: 9000 0x1000: main (src/main.c:9)
 n1: 900 0x3000: ??? (in /lib/libc.so.6)
  n0: 900 0x1000: main (src/main.c:9)
 n0: 100 in 3 places, all below massif's threshold (1.00%)
#-----------
snapshot=3
#-----------
time=40
mem_heap_B=0
mem_heap_extra_B=0
mem_stacks_B=0
heap_tree=empty
`);
  });

  test('has a rest where its size belongs, and a word for a single place', () => {
    const [, , peak] = readFile(massif(EXAMPLE, 10)).snapshots;
    expect(peak!.tree!.children.map(({ bytes, text }) => `${bytes} ${text}`)).toEqual([
      '9000 0x2000: grow (src/list.c:3)',
      "1000 in 4 places, all below massif's threshold (10.00%)",
    ]);
    const costed = { ...EXAMPLE, costs: { ...EXAMPLE.costs, peak: EXAMPLE.costs.peak.slice() } };
    costed.costs.peak.set([0, 0, 9, 0, 100, 0, 0]);
    const [, , other] = readFile(massif(costed, 10)).snapshots;
    expect(other!.tree!.children.map(({ text }) => text)).toEqual([
      '0x4000: small (in /bin/prog)',
      "in 1 place, below massif's threshold (10.00%)",
    ]);
  });

  test('takes snapshots that know fewer stacks than the recording', () => {
    const live = Float64Array.of(0, 0, 500);
    const snapshots = [{ time: 1, heapBytes: 500, live, isPeak: true }];
    const options = { command: 'x', snapshots, thresholdPercent: 1 };
    const [only] = readFile([...massifFile(EXAMPLE.stacks, options)].join('')).snapshots;
    expect(only!.tree!.children).toMatchObject([{ bytes: 500 }]);
  });

  test('has trees that hold together, whatever was recorded', () => {
    fc.assert(
      fc.property(anyCostedStacks, fc.constantFrom(0, 1, 30), (costed, threshold) => {
        for (const { bytes, tree } of readFile(massif(costed, threshold)).snapshots) {
          const check = (node: Node, depth: number) => {
            const inside = node.children.reduce((sum, child) => sum + child.bytes, 0);
            expect(inside).toBeLessThanOrEqual(node.bytes);
            expect(node.bytes > 0 || depth === 0).toBe(true);
            const sizes = node.children.map((child) => child.bytes);
            expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
            for (const child of node.children) check(child, depth + 1);
          };
          if (tree === undefined) continue;
          check(tree, 0);
          expect(tree.bytes).toBeLessThanOrEqual(bytes);
          expect(tree.children.reduce((sum, child) => sum + child.bytes, 0)).toBe(tree.bytes);
        }
      }),
    );
  });

  test.each(ONE_PER_PROGRAM)('of %s has every stack at its peak', async (file) => {
    const costed = await readRecording(file);
    const [, , peak] = readFile(massif(costed, 0)).snapshots;
    expect(peak!.bytes).toBe(totalCosts(costed.costs).peak);
    const stacks = new Map<string, number>();
    const add = (key: string, bytes: number) => stacks.set(key, (stacks.get(key) ?? 0) + bytes);
    const leaves = ({ text, bytes, children }: Node, way: string) => {
      const here = `${way}\n${text.replace(/^0x\w+: /, '')}`;
      const inside = children.reduce((sum, child) => sum + child.bytes, 0);
      if (bytes > inside) add(here, bytes - inside);
      for (const child of children) leaves(child, here);
    };
    for (const child of peak!.tree!.children) leaves(child, '');
    for (let trace = 0; trace < costed.stacks.traces.count; trace++) {
      if (costed.costs.peak[trace] === 0) continue;
      const frames = framesOf(costed.stacks, trace).map(({ name, file: source, line, module }) => {
        const where = source === undefined ? module && `in ${module}` : `${source}:${line}`;
        return `${name ?? '???'}${where ? ` (${where})` : ''}`;
      });
      add(`\n${frames.join('\n')}`, -costed.costs.peak[trace]!);
    }
    expect([...stacks].filter(([, bytes]) => bytes !== 0)).toEqual([]);
  });
});

describeWith(['ms_print'], 'ms_print', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-massif-'));
  const file = `${scratch}/massif.out`;
  afterAll(() => rmSync(scratch, { recursive: true }));

  async function printed(text: string): Promise<string> {
    writeFileSync(file, text);
    const { stdout, stderr, exitCode } = await run('ms_print', [file]);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    return stdout;
  }

  test('shows the peak and its tree', async () => {
    const stdout = await printed(massif(EXAMPLE, 1));
    expect(stdout).toContain('Command:            ./prog\n');
    expect(stdout).toContain('Number of snapshots: 4\n Detailed snapshots: [1, 2 (peak)]\n');
    expect(stdout).toMatch(/^ {2}2 +30 +10,000 +10,000 +0 +0$/m);
    expect(stdout).toContain(
      '->90.00% (9,000B) 0x2000: grow (src/list.c:3)\n' +
        '| ->90.00% (9,000B) 0x2000: load (src/load.c:7)\n' +
        '|   ->90.00% (9,000B) 0x1000: main (src/main.c:9)\n',
    );
    expect(stdout).toContain("->01.00% (100B) in 3 places, all below massif's threshold (1.00%)\n");
  });

  test.each(ONE_PER_PROGRAM)('reads %s', async (recording) => {
    const costed = await readRecording(recording);
    for (const threshold of [0, 1]) {
      const stdout = await printed(massif(costed, threshold));
      const peak = totalCosts(costed.costs).peak.toLocaleString('en');
      expect(stdout).toMatch(new RegExp(`^ +2 +30 +${peak} +${peak} +0 +0$`, 'm'));
      expect(stdout).toContain(`->`);
    }
  });

  test('reads what damaged recordings become', async () => {
    await fc.assert(
      fc.asyncProperty(anyCostedStacks, async (costed) => {
        await printed(massif(costed, 1, ''));
      }),
      { numRuns: 25 },
    );
  });
});
