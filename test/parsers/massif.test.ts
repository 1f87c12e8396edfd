/** ms_print of valgrind 3.19 as the oracle: `ms_print.txt` beside a capture is what it prints of it. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { massif } from '../../src/parsers/massif/massif.ts';
import { xtree } from '../../src/parsers/xtree/xtree.ts';
import { ROOT } from '../support/paths.ts';
import { bytesByFunction, readProfile, readProfileOf } from '../support/read-profile.ts';

const FOLDER = `${ROOT}fixtures/massif/`;
const input = (name: string) => `${FOLDER}${name}/input.txt`;
const whole = (text: string) => Number(text.replaceAll(',', ''));

interface Printed {
  readonly time: number;
  readonly live: number;
  /** The first level of its tree: function and bytes. */
  readonly tree: Map<string, number>;
}

/** A row per snapshot, and below it what its tree begins with. */
function printed(text: string): Printed[] {
  const rows: Printed[] = [];
  for (const line of text.split('\n')) {
    const cells = line.trim().split(/ +/);
    if (/^ *\d+ +[\d,]+ +[\d,]+ +[\d,]+ +[\d,]+ +[\d,]+$/.test(line)) {
      const [, time, , heap, , stacks] = cells.map(whole);
      rows.push({ time: time!, live: heap! + stacks!, tree: new Map() });
    }
    const [, bytes, what] = /^->[\d.]+% \(([\d,]+)B\) (.*)$/.exec(line) ?? [];
    if (what === undefined || whole(bytes!) === 0) continue;
    const [, address, name] = /^(0x\w+): (.*) \([^()]*\)$/.exec(what) ?? [];
    const unnamed = /^(0x\w+): \?\?\?/.exec(what)?.[1];
    const key =
      name ?? unnamed ?? (what.startsWith('in ') ? "(below massif's threshold)" : address!);
    const { tree } = rows.at(-1)!;
    tree.set(key, (tree.get(key) ?? 0) + whole(bytes!));
  }
  return rows;
}

describe.each(['c-program', 'pages-as-heap'])('%s', (name) => {
  test('has every snapshot of ms_print, and the same trees', async () => {
    const profile = await readProfile(massif, input(name), { snapshots: 1000 });
    const rows = printed(readFileSync(`${FOLDER}${name}/ms_print.txt`, 'utf8'));
    expect(Array.from(profile.timeline!.time)).toEqual(rows.map(({ time }) => time));
    expect(Array.from(profile.timeline!.live)).toEqual(rows.map(({ live }) => live));
    const detailed = rows.filter(({ tree }) => tree.size > 0);
    expect(profile.snapshots).toHaveLength(detailed.length);
    for (const [i, { tree, time }] of detailed.entries()) {
      const snapshot = profile.snapshots[i]!;
      expect(snapshot.time).toBe(time);
      expect(Object.fromEntries(bytesByFunction(profile, snapshot.live))).toEqual(
        Object.fromEntries(tree),
      );
    }
  });
});

test.each([
  ['c-program', { peak: 530721, peakTime: 3536122 }],
  ['exact-peak', { peak: 534944, leaked: 534944 }],
  ['with-stacks', { peak: 458732 }],
  ['pages-as-heap', { peak: 5275648 }],
  ['stacks-only', { peak: undefined, leaked: undefined, calls: undefined }],
  ['several-peaks', { peak: 1200, peakTime: 2000 }],
  ['xtree', { leaked: 3650, calls: 611, allocated: 459752 }],
])('%s: totals', async (name, totals) => {
  expect((await readProfile(massif, input(name))).totals).toMatchObject(totals);
});

test("an XTree says the same in massif's form and in callgrind's", async () => {
  const tree = await readProfile(massif, input('xtree'));
  const graph = await readProfile(xtree, `${ROOT}fixtures/xtree/c-program/input.txt`);
  for (const kind of ['calls', 'allocated', 'leaked', 'leakedBlocks'] as const) {
    expect(bytesByFunction(graph, graph.costs[kind]!)).toEqual(
      bytesByFunction(tree, tree.costs[kind]!),
    );
  }
  expect(tree.timeline).toBeUndefined();
});

test('a file that is cut anywhere keeps what was whole, and says so', async () => {
  const text = readFileSync(input('c-program'), 'utf8');
  const ends = [...text.matchAll(/\n#-+\nsnapshot=/g)].map(({ index }) => index);
  for (let at = 300; at < text.length; at += 501) {
    const diagnostics = new Diagnostics('cut');
    const profile = await readProfileOf(massif, text.slice(0, at), diagnostics);
    const before = ends.filter((end) => end < at - 20).length - 1;
    expect(profile!.timeline!.time.length).toBeGreaterThanOrEqual(before);
    const { peak } = profile!.costs;
    if (peak) expect(peak.reduce((sum, value) => sum + value, 0)).toBe(profile!.totals.peak);
  }
});

test('trees of any shape sum to their roots, however damaged', async () => {
  const line = fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 3 }), fc.nat({ max: 50 }));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
      const tree = lines.map(
        ([depth, children, bytes], i) =>
          `${' '.repeat(depth)}n${children}: ${bytes} 0x${i % 7}0: f${i % 7} (a.c:${i % 3})`,
      );
      const text = `snapshot=0\n#-----------\ntime=5\nmem_heap_B=50\nmem_heap_extra_B=0\nmem_stacks_B=0\nheap_tree=peak\n${tree.join('\n')}\n`;
      const profile = await readProfileOf(massif, text, new Diagnostics('any'));
      for (const bytes of profile!.costs.peak ?? []) expect(bytes).toBeGreaterThanOrEqual(0);
    }),
  );
});
