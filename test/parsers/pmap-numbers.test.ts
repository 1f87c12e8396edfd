/** A row that lacks a number, or has one that is none, is left out; all others stay as they are. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { memoryGroups } from '../../src/analysis/memory-map/memory-groups.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { Mapping, MemoryMaps } from '../../src/model/memory-map.ts';
import { pmap } from '../../src/parsers/pmap/pmap.ts';
import { processResult } from '../../src/results/map/process.ts';
import { mapReport } from '../../src/views/map/report.ts';
import { renderText } from '../../src/views/text/render.ts';
import { NO_NUMBERS } from '../support/hostile-numbers.ts';
import { ROOT } from '../support/paths.ts';
import { textInput } from '../support/strace.ts';

async function read(lines: readonly string[]) {
  const diagnostics = new Diagnostics('text');
  const context = { diagnostics, asked: {} };
  const { maps } = (await pmap.parse(textInput(lines.join('\n')), context)) as MemoryMaps;
  const text = maps.map((map) =>
    renderText(mapReport(processResult(memoryGroups(map)), { input: 'text', top: 50, all: true }), {
      units: 'human',
      width: 200,
      color: false,
    }),
  );
  expect(text.join('')).not.toMatch(/NaN|Infinity|undefined/);
  expect(diagnostics.list().map(({ message }) => message)).not.toContainEqual(
    expect.stringMatching(/NaN|Infinity|undefined/),
  );
  return { mappings: maps.flatMap(({ mappings }) => mappings), diagnostics };
}

const EXTENDED = /(?<=^[0-9a-f]+\s.*)\d+(?=.*\s[r-][w-][x-])/g;
const KERNEL = /(?<=^ *[0-9a-f]+ +[r-][w-][x-].*:\S+ .*\s)\d+(?=\s|$)/g;

/** The numbers of each table that its own rows are told by: after the address, before a name. */
const TABLES: Readonly<Record<string, RegExp>> = {
  english: EXTENDED,
  korean: EXTENDED,
  busybox: EXTENDED,
  'procps-3.2': /(?<=^[0-9a-f]+\s.*)(?:\d+|-)(?= .*\s[r-][w-][x-])/g,
  'quiet-without-total': EXTENDED,
  devices: /(?<=^[0-9a-f]+ +)\d+/g,
  'devices-korean': /(?<=^[0-9a-f]+ +)\d+/g,
  'no-options': /(?<=^[0-9a-f]+ +)\d+(?=K)/g,
  'no-options-chinese': /(?<=^[0-9a-f]+ +)\d+(?=K)/g,
  'kernel-columns': KERNEL,
  'kernel-columns-korean': KERNEL,
  'all-kernel-columns': KERNEL,
};

describe.each(Object.entries(TABLES))('the table of %s', (folder, number) => {
  const lines = readFileSync(`${ROOT}fixtures/pmap/${folder}/input.txt`, 'utf8').split('\n');
  const row = lines.findIndex((line) => (line.match(number)?.length ?? 0) > 0) + 1;
  const places = [...lines[row]!.matchAll(number)];
  const others = (mappings: readonly Mapping[]) => mappings.filter(({ line }) => line !== row + 1);

  async function expectLeftOut(at: number, end: number, inserted: string) {
    const { mappings } = await read(lines);
    const damaged = lines.with(row, lines[row]!.slice(0, at) + inserted + lines[row]!.slice(end));
    const { mappings: left, diagnostics } = await read(damaged);
    expect(left).toEqual(others(mappings));
    expect(diagnostics.list()).toContainEqual(
      expect.objectContaining({
        code: 'pmap/malformed-row',
        position: expect.objectContaining({ line: row + 1 }),
      }),
    );
  }

  test.each(places.map((_, i) => i))('lacks number %d of a row', async (i) => {
    const { index, 0: digits } = places[i]!;
    await expectLeftOut(index, index + digits.length, '');
  });

  test.each(NO_NUMBERS)('has no number as the size of a row: %s', async (text) => {
    const first = places[folder.startsWith('kernel') ? 1 : 0]!;
    await expectLeftOut(first.index, first.index + first[0].length, text);
  });
});

test('a total that no process has is no total', async () => {
  const lines = readFileSync(`${ROOT}fixtures/pmap/english/input.txt`, 'utf8').split('\n');
  const { diagnostics } = await read(
    lines.map((line) => line.replace(/^total kB +\d+/, `total kB ${'9'.repeat(310)}`)),
  );
  expect([...diagnostics.counts().keys()]).toEqual(['pmap/unexpected-line', 'pmap/total-missing']);
});

test('a PID that no process has parts two processes all the same', async () => {
  const row = '0000559ae274d000       4       4       4 r---- t';
  const { mappings, diagnostics } = await read([`${'9'.repeat(30)}:   ./t`, row, '12:   ./u', row]);
  expect(mappings).toHaveLength(2);
  expect(diagnostics.list()).toMatchObject([
    { code: 'pmap/unexpected-line', position: { line: 1 } },
  ]);
});
