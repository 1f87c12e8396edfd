/** memtool against heaptrack_print: the same totals, the same places and stacks in all four lists. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_DETAILS } from '../../src/analysis/heap/details.ts';
import {
  type HeapFindings,
  type HeapQuery,
  heapDifference,
  heapFindings,
} from '../../src/analysis/heap/findings.ts';
import { BUILT_IN_LEAK_RULES, leakRules } from '../../src/analysis/heap/leak-rules.ts';
import { NO_FILTER } from '../../src/analysis/heap/stack-filter.ts';
import type { HeaptrackProfile } from '../../src/parsers/heaptrack/build-profile.ts';
import { profileAsRecorded } from '../support/call-stacks.ts';
import {
  heaptrackBytes,
  type Lists,
  printedLists,
  rankingEntries,
  WHOLE_LIST,
} from '../support/heaptrack-print.ts';
import { ONE_PER_PROGRAM, RECORDINGS } from '../support/recordings.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-heaptrack-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The modes are compared over a part of the recordings: each takes a third of a second. */
const SOME = ONE_PER_PROGRAM.filter((_, i) => i % 3 === 0);

const FUNCTIONS = ['alloc', 'main', 'new', 'std::', 'no such function'];

/** Each program with one of the functions, so that every function meets programs of several languages. */
const FILTERED = ONE_PER_PROGRAM.map(
  (file, i) => [FUNCTIONS[i % FUNCTIONS.length]!, file] as const,
);

/**
 * Rust programs, all symbols known: heaptrack puts stacks that two recordings have in common together
 * from code of both, so that addresses and inlined functions may be those of another stack.
 */
const PROGRAMS = RECORDINGS.filter((file) => /vec_sizes|nested_csv|stories|with_cap/.test(file));

const QUERY: HeapQuery = {
  groupBy: 'place',
  rankBy: ['calls', 'peak', 'leaked', 'temporary'],
  limits: { spots: WHOLE_LIST, stacks: WHOLE_LIST },
  filter: NO_FILTER,
  leakRules: BUILT_IN_LEAK_RULES,
  details: NO_DETAILS,
};

function expectSameLists({ rankings }: Pick<HeapFindings, 'rankings'>, lists: Lists): void {
  for (const ranking of rankings) {
    expect(rankingEntries(ranking).sort()).toEqual([...(lists[ranking.by] ?? [])].sort());
  }
}

function expectSameTotals({ summary }: HeapFindings, printed: string): void {
  const { suppressed } = summary;
  const totals = summary.totals as HeaptrackProfile['totals'];
  const rate = (value: number) => Math.trunc(value / totals.runtime);
  const expected = [
    `calls to allocation functions: ${totals.calls} (${rate(totals.calls)}/s)`,
    `temporary memory allocations: ${totals.temporary} (${rate(totals.temporary)}/s)`,
    `peak heap memory consumption: ${heaptrackBytes(totals.peak)}`,
    `peak RSS (including heaptrack overhead): ${heaptrackBytes(totals.peakResident ?? 0)}`,
    `total memory leaked: ${heaptrackBytes(totals.leaked - suppressed.leaked)}`,
    `total runtime: ${totals.runtime.toFixed(2)}s.`,
  ];
  for (const line of expected) expect(printed).toContain(`${line}\n`);
}

async function compare(file: string): Promise<void> {
  const findings = heapFindings(await profileAsRecorded(file), QUERY);
  const { text, lists } = await printedLists(file);
  expectSameTotals(findings, text);
  expectSameLists(findings, lists);
}

describeWith(['heaptrack_print'], 'heaptrack_print says the same', () => {
  test.each(RECORDINGS)('of %s', compare);

  test.each(SOME)('of the single stacks of %s', async (file) => {
    const findings = heapFindings(await profileAsRecorded(file), { ...QUERY, groupBy: 'stack' });
    expectSameLists(findings, (await printedLists(file, '-m', '0')).lists);
  });

  test.each(FILTERED)('of the stacks through %s in %s', async (name, file) => {
    const filter = { ...NO_FILTER, function: name };
    const findings = heapFindings(await profileAsRecorded(file), { ...QUERY, filter });
    expectSameLists(findings, (await printedLists(file, '--filter-bt-function', name)).lists);
  });

  test.each(SOME)('of what suppressions leave of %s', async (file) => {
    const profile = await profileAsRecorded(file);
    const lines = ['# known', 'leak:main', '', 'leak:^_start$', 'leak:libc*so'];
    const rulesFile = `${scratch}/rules.txt`;
    writeFileSync(rulesFile, lines.join('\n'));
    // With the built-in rules heaptrack 1.3 to 1.5 suppress every leak once there is a file.
    const options = ['--disable-builtin-suppressions', '--suppressions', rulesFile];
    const { text, lists } = await printedLists(file, ...options);
    const findings = heapFindings(profile, { ...QUERY, leakRules: leakRules(lines, 'file').rules });
    expectSameTotals(findings, text);
    expectSameLists(findings, lists);

    const bare = heapFindings(profile, { ...QUERY, leakRules: [] });
    const printedBare = await printedLists(file, '--disable-builtin-suppressions');
    expectSameTotals(bare, printedBare.text);
    expectSameLists(bare, printedBare.lists);
  });

  describe('of what changed', () => {
    const pairs = PROGRAMS.slice(1).map((file, i) => [file, PROGRAMS[i]!] as const);
    test.each(pairs)('to %s from %s', async (file, base) => {
      const [after, before] = [await profileAsRecorded(file), await profileAsRecorded(base)];
      const findings = heapDifference(after, before, QUERY, 'line');
      const rankings = findings.rankings.map((ranking) => ({
        by: ranking.by,
        entries: rankingEntries(ranking).map(withoutInlined).sort(),
      }));
      const { lists } = await printedLists(file, '-d', base);
      for (const { by, entries } of rankings) {
        expect(entries).toEqual((lists[by] ?? []).map(withoutInlined).sort());
      }
    });
  });
});

/**
 * A printed entry without its inlined functions: of code that both recordings have, heaptrack takes
 * those of either, whichever stack they stand in.
 */
function withoutInlined(entry: string): string {
  const line = (text: string) => {
    const parts = text.split(' | ');
    const isModule = (part: string | undefined) => part?.startsWith('in ') ?? false;
    return parts
      .filter((part, i) => {
        if (i === 0 || isModule(part)) return true;
        return isModule(parts[i + 1]) || (!part.startsWith('at ') && isModule(parts[i + 2]));
      })
      .join(' | ');
  };
  return entry.split('\n').map(line).join('\n');
}

describeWith(['heaptrack', 'heaptrack_print'], 'a fresh recording', () => {
  const file = `${scratch}/recording.zst`;
  beforeAll(() => run('heaptrack', ['-o', `${scratch}/recording`, 'ls', '-lR', 'src']), 60_000);

  test('is the same to both', async (context) => {
    // Where the recorder may not run (no ptrace, no preload), there is nothing to compare.
    if (!existsSync(file)) return context.skip();
    await compare(file);
  });
});
