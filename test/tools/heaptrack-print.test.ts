/** memtool against heaptrack_print: the same totals, the same places in the same order. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HeapFindings, heapFindings } from '../../src/analysis/heap/findings.ts';
import type { HotSpot } from '../../src/analysis/heap/hot-spots.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { ROOT } from '../support/paths.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

const CORPUS = 'fixtures/corpus/';

const RECORDINGS = [
  'fixtures/stories/seed/heaptrack.zst',
  'fixtures/heaptrack/vec-growth/input.zst',
  ...readdirSync(ROOT + CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('heaptrack.zst'))
    .map((file) => CORPUS + file),
];

/** heaptrack's own way of writing bytes: thousands, two decimals, one letter. */
function heaptrackBytes(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) > 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${value}B` : `${value.toFixed(2)}${units[unit]}`;
}

/** Whole lists are compared: places with equal cost have no order, so a cut list has no fixed end. */
const WHOLE_LIST = 1_000_000;

function entries(findings: HeapFindings, by: string, line: (spot: HotSpot) => string): string[] {
  const ranking = findings.rankings.find((candidate) => candidate.by === by)!;
  return ranking.spots.map(line);
}

function expectSameTotals(findings: HeapFindings, printed: string): void {
  const { totals, suppressed } = findings;
  const rate = (value: number) => Math.trunc(value / totals.runtime);
  expect(printed).toContain(
    `calls to allocation functions: ${totals.calls} (${rate(totals.calls)}/s)`,
  );
  expect(printed).toContain(
    `temporary memory allocations: ${totals.temporary} (${rate(totals.temporary)}/s)`,
  );
  expect(printed).toContain(`peak heap memory consumption: ${heaptrackBytes(totals.peak)}\n`);
  expect(printed).toContain(
    `peak RSS (including heaptrack overhead): ${heaptrackBytes(totals.peakResident ?? 0)}\n`,
  );
  expect(printed).toContain(
    `total memory leaked: ${heaptrackBytes(totals.leaked - suppressed.leaked)}\n`,
  );
  expect(printed).toContain(`total runtime: ${totals.runtime.toFixed(2)}s.\n`);
}

function expectSamePlaces(findings: HeapFindings, printed: string): void {
  const found = {
    calls: entries(
      findings,
      'calls',
      ({ costs }) =>
        `${costs.calls} calls to allocation functions with ${heaptrackBytes(costs.peak)} peak consumption from`,
    ),
    peak: entries(
      findings,
      'peak',
      ({ costs }) =>
        `${heaptrackBytes(costs.peak)} peak memory consumed over ${costs.calls} calls from`,
    ),
    temporary: entries(
      findings,
      'temporary',
      ({ costs }) =>
        `${costs.temporary} temporary allocations of ${costs.calls} allocations in total`,
    ),
    leaked: entries(
      findings,
      'leaked',
      ({ costs }) => `${heaptrackBytes(costs.leaked)} leaked over ${costs.calls} calls from`,
    ),
  };
  const expected = {
    calls: printed.match(/^\d+ calls to allocation functions with .*from$/gm) ?? [],
    peak: printed.match(/^.* peak memory consumed over .*from$/gm) ?? [],
    temporary: (printed.match(/^\d+ temporary allocations of .* from$/gm) ?? []).map((line) =>
      line.replace(/ \(.*$/, ''),
    ),
    leaked: printed.match(/^.* leaked over .*from$/gm) ?? [],
  };
  for (const by of ['calls', 'peak', 'temporary', 'leaked'] as const) {
    expect(found[by].toSorted()).toEqual([...expected[by]].sort());
  }
}

async function compare(file: string): Promise<void> {
  const { capture } = await ingest({ source: file, wants: 'allocation-profile' });
  const findings = heapFindings(capture!.artifact, { spots: WHOLE_LIST, stacks: 1 });
  const { stdout: printed } = await run('heaptrack_print', [
    '-l',
    '1',
    '-n',
    String(WHOLE_LIST),
    file,
  ]);
  expectSameTotals(findings, printed);
  expectSamePlaces(findings, printed);
}

describeWith(['heaptrack_print'], 'heaptrack_print says the same', () => {
  test.each(RECORDINGS)('of %s', compare);
});

describeWith(['heaptrack', 'heaptrack_print'], 'a fresh recording', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-heaptrack-'));
  const file = `${scratch}/recording.zst`;
  afterAll(() => rmSync(scratch, { recursive: true }));
  beforeAll(() => run('heaptrack', ['-o', `${scratch}/recording`, 'ls', '-lR', 'src']), 60_000);

  test('is the same to both', async (context) => {
    // Where the recorder may not run (no ptrace, no preload), there is nothing to compare.
    if (!existsSync(file)) return context.skip();
    await compare(file);
  });
});
