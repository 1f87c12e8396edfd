/**
 * DHAT's own viewer as the oracle: `viewer.json` beside a capture has what dh_view.html of valgrind 3.19
 * showed for it, by its metrics: the figures of the root and of each point that it took for significant.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stacksOfUse, type UseKind } from '../../src/analysis/heap/block-uses.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { HeapProfile } from '../../src/model/heap-profile.ts';
import { dhat } from '../../src/parsers/dhat/dhat.ts';
import { ROOT } from '../support/paths.ts';
import { readProfile, readProfileOf } from '../support/read-profile.ts';

const FOLDER = `${ROOT}fixtures/dhat/`;

type Row = readonly (number | null)[];
type Viewer = Readonly<
  Record<string, { readonly root: Row; readonly points: readonly Row[] } | null>
>;

const profileOf = (file: string) => readProfile(dhat, file);

const profileOfText = (text: string, diagnostics: Diagnostics) =>
  readProfileOf(dhat, text, diagnostics);

/** Metrics of the viewer: the cost that orders them, the part that is significant, and the use. */
const METRICS: Readonly<Record<string, readonly [Figure, number, ...UseKind[]]>> = {
  'Total (bytes)': ['tb', 0.01],
  'Total (units)': ['tb', 0.01],
  'Total (blocks)': ['tbk', 0.01],
  'Total (events)': ['tbk', 0.01],
  'Total (blocks), tiny': ['tbk', 0.005, 'tiny'],
  'Total (events), tiny': ['tbk', 0.005, 'tiny'],
  'Total (blocks), short-lived': ['tbk', 0.005, 'short-lived'],
  'Total (bytes), zero reads or zero writes': [
    'tb',
    0.005,
    'never-used',
    'never-read',
    'never-written',
  ],
  'Total (blocks), zero reads or zero writes': [
    'tbk',
    0.005,
    'never-used',
    'never-read',
    'never-written',
  ],
  'Total (bytes), low-access': ['tb', 0.005, 'low-access'],
  'Total (blocks), low-access': ['tbk', 0.005, 'low-access'],
  'At t-gmax (bytes)': ['gb', 0.01],
  'At t-end (bytes)': ['eb', 0.01],
  'Reads (bytes)': ['rb', 0.01],
  'Reads (bytes), high-access': ['rb', 0.005, 'high-access'],
  'Writes (bytes)': ['wb', 0.01],
  'Writes (bytes), high-access': ['wb', 0.005, 'high-access'],
};

const FIGURES = ['tb', 'tbk', 'life', 'gb', 'gbk', 'eb', 'ebk', 'rb', 'wb'] as const;
type Figure = (typeof FIGURES)[number];

/** The viewer shows microseconds of dhat-rs as they stand in the file. */
const inFileUnits = ({ clock }: HeapProfile) => (clock === undefined ? 1e6 : 1);

function rows(profile: HeapProfile): Record<Figure, number | null>[] {
  const { costs, uses, traces } = profile;
  const all = [];
  for (let trace = 1; trace < traces.count; trace++) {
    const at = (column: Float64Array | undefined) => column?.[trace] ?? null;
    const blocks = at(costs.calls ?? costs.copies ?? costs.events);
    const life = at(uses?.lifetime);
    all.push({
      trace,
      tb: at(costs.allocated ?? costs.copied ?? costs.units),
      tbk: blocks,
      life: life === null ? null : (life * inFileUnits(profile)) / blocks!,
      gb: at(costs.peak),
      gbk: at(costs.peakBlocks),
      eb: at(costs.leaked),
      ebk: at(costs.leakedBlocks),
      rb: at(costs.reads),
      wb: at(costs.writes),
    });
  }
  return all;
}

/** As the viewer prints numbers: at most two decimals. */
const printed = (row: Record<Figure, number | null>): Row =>
  FIGURES.map((figure) => (row[figure] === null ? null : Math.round(row[figure]! * 100) / 100));

const sorted = (all: readonly Row[]): string[] => all.map((row) => row.join(' ')).sort();

const CASES = readdirSync(FOLDER).filter((name) => existsSync(`${FOLDER}${name}/viewer.json`));

describe.each(CASES)('%s', (name) => {
  const viewer = JSON.parse(readFileSync(`${FOLDER}${name}/viewer.json`, 'utf8')) as Viewer;
  const offered = Object.entries(viewer).filter(([metric]) => !metric.endsWith('not offered'));

  test.each(offered)('%s as in the viewer', async (metric, shown) => {
    const profile = await profileOf(`${FOLDER}${name}/input.json`);
    const all = rows(profile);
    const [figure, part, ...uses] = METRICS[metric]!;
    const whole = all.reduce((sum, row) => sum + row[figure]!, 0);
    if (shown!.root[1] !== null) {
      expect(whole).toBe(shown!.root[FIGURES.indexOf(figure)]);
    }
    // Copies and events have averages as well, which no use of a block is.
    const calls = profile.costs.calls ?? profile.costs.copies ?? profile.costs.events;
    const allocated = profile.costs.allocated ?? profile.costs.copied ?? profile.costs.units;
    const counted = {
      ...profile,
      costs: { ...profile.costs, calls: calls!, allocated: allocated! },
    };
    const used = uses.length === 0 ? undefined : stacksOfUse(counted, uses);
    const significant = all.filter(
      (row, i) => row[figure]! >= part * whole && (used === undefined || used[i + 1] === 1),
    );
    const own = significant.filter((row) => row.tbk! > 0);
    expect(sorted(own.map(printed))).toEqual(sorted(shown!.points));
  });
});

test('repeated locations, which the viewer refuses, are one point', async () => {
  const profile = await profileOf(`${FOLDER}repeated-location/input.json`);
  expect(rows(profile).filter(({ tbk }) => tbk! > 0)).toHaveLength(9);
  expect(profile.totals).toMatchObject({ calls: 24, allocated: 2812, peak: 2620, leaked: 1024 });
});

test('version 1 says the same as version 2', async () => {
  const [one, two] = [
    await profileOf(`${FOLDER}version-one/input.json`),
    await profileOf(`${FOLDER}c-program/input.json`),
  ];
  expect({ ...one, recording: two.recording }).toEqual(two);
  expect(one.recording.fileVersion).toBe(1);
});

test('a document that is cut anywhere keeps its whole points', async () => {
  const text = readFileSync(`${FOLDER}c-program/input.json`, 'utf8');
  const ends = [...text.matchAll(/\n {2}\}/g)].map(({ index }) => index + 4);
  for (let at = 40; at < text.length - 3; at += 97) {
    const diagnostics = new Diagnostics('cut');
    const profile = (await profileOfText(text.slice(0, at), diagnostics)) as HeapProfile;
    const whole = ends.filter((end) => end <= at).length;
    const found = profile.costs.calls!.filter((calls) => calls > 0).length;
    expect(found).toBe(whole);
    expect(diagnostics.counts().get('dhat/cut')).toBe(1);
    if (profile.costs.peak) expect(profile.inexact.peak?.kind).toBe('at-least');
  }
});

test('a number beyond all is called too large', async () => {
  const text = readFileSync(`${FOLDER}c-program/input.json`, 'utf8').replace(
    '"tb":256',
    '"tb":1e400',
  );
  const diagnostics = new Diagnostics('large');
  await profileOfText(text, diagnostics);
  expect(diagnostics.list().map(({ message }) => message)).toEqual([
    'point 2 cannot be read: tb is too large, and no count',
  ]);
});

test('whatever stands in it, it is read or refused, and no figure is NaN', async () => {
  const text = readFileSync(`${FOLDER}malformed-points/input.json`, 'utf8');
  const junk = fc.constantFrom('"', '-', '9e99', 'null', '[', ']', '{', '}', ',', '1e400', '"x":');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(), junk), { maxLength: 3 }), async (changes) => {
      let changed = text;
      for (const [where, put] of changes) {
        const at = 22 + (where % (changed.length - 22));
        changed = changed.slice(0, at) + put + changed.slice(at + 1);
      }
      const profile = await profileOfText(changed, new Diagnostics('junk'));
      if (profile?.kind !== 'heap-profile') return;
      const columns: (Float64Array | undefined)[] = Object.values(profile.costs);
      for (const column of [...columns, profile.uses?.lifetime]) {
        expect(column?.every((value) => Number.isFinite(value) && value >= 0)).not.toBe(false);
      }
    }),
  );
});
