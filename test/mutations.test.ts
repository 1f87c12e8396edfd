/**
 * Damaged captures: real ones with random bytes overwritten, cut out or doubled. Whatever comes
 * out, nothing may throw, hang or lose count.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { straceFindings } from '../src/analysis/call-log/findings.ts';
import { GrowthReplay } from '../src/analysis/growth/from-log/growth-replay.ts';
import { heapFindings } from '../src/analysis/heap/findings.ts';
import { BUILT_IN_LEAK_RULES } from '../src/analysis/heap/leak-rules.ts';
import { NO_FILTER } from '../src/analysis/heap/stack-filter.ts';
import { memoryGroups } from '../src/analysis/memory-map/memory-groups.ts';
import { readStory } from '../src/app/read-story.ts';
import { Diagnostics } from '../src/diagnostics/diagnostic.ts';
import { renderDiagnostics } from '../src/diagnostics/render.ts';
import { ingest } from '../src/ingest/ingest.ts';
import { Head } from '../src/input/head.ts';
import type { Artifact } from '../src/model/artifact.ts';
import { FORMATS } from '../src/parsers/index.ts';
import { smaps } from '../src/parsers/proc/smaps.ts';
import { heapResult, MOST_JSON_FRAMES } from '../src/results/heap/heap-result.ts';
import { processResult } from '../src/results/map/process.ts';
import { storyResult } from '../src/results/story/story-result.ts';
import { heaptrackReport } from '../src/views/heaptrack/report.ts';
import { accountReport } from '../src/views/malloc/account-report.ts';
import { mapReport } from '../src/views/map/report.ts';
import type { Report } from '../src/views/report.ts';
import { storyReport } from '../src/views/story/report.ts';
import { straceReport } from '../src/views/strace/report.ts';
import { renderText } from '../src/views/text/render.ts';
import { openFixture } from './support/fixtures.ts';
import { ROOT } from './support/paths.ts';
import { textInput } from './support/strace.ts';

const CAPTURES = [
  'fixtures/pmap/english/input.txt',
  'fixtures/smaps/seed-with-aslr/input.txt',
  'fixtures/strace/relative-and-spent-time/input.log',
  'fixtures/strace/terminal/input.log',
  'fixtures/strace/wild-gcc-c/input.log',
  'fixtures/strace/program-output-in-calls/input.log',
  'fixtures/strace/status-successful/input.log',
  'fixtures/heaptrack/vec-growth/input.zst',
  'fixtures/heaptrack/raw/input.zst',
  'fixtures/heaptrack/version-zero/input.txt',
];

/** What no report may say, nor sums that no 64 bits address. */
const NO_NUMBERS = /NaN|undefined|Infinity|\d [ZY]iB/;

interface Mutation {
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat(40),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc
      .constantFrom(
        '0',
        'f',
        '\n',
        '\r',
        '\u2028',
        '\0',
        ' ',
        '-1',
        '18446744073709551615',
        '0xffffffffffffffff',
        '9'.repeat(310),
        'f'.repeat(310),
        '4.5',
        '-',
      )
      .map((text) => Buffer.from(text)),
  ),
});

function mutate(original: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  let bytes = Buffer.from(original);
  for (const { at, length, bytes: inserted } of mutations) {
    const start = Math.floor(at * bytes.length);
    bytes = Buffer.concat([bytes.subarray(0, start), inserted, bytes.subarray(start + length)]);
  }
  return bytes;
}

function reportOf(artifact: Artifact, replay: GrowthReplay): Report[] {
  const input = 'damaged';
  switch (artifact.kind) {
    case 'memory-maps':
      return artifact.maps.map((map) =>
        mapReport(processResult(memoryGroups(map)), { input, top: 5, all: false }),
      );
    case 'syscall-trace':
      return [
        straceReport(straceFindings(artifact, replay.finish()), {
          input,
          top: 5,
          timeline: true,
          details: true,
          map: undefined,
        }),
      ];
    case 'heap-profile': {
      const findings = heapFindings(artifact, {
        groupBy: 'place',
        rankBy: ['peak', 'calls', 'temporary', 'leaked', 'allocated'],
        limits: { spots: 3, stacks: 2 },
        filter: NO_FILTER,
        leakRules: BUILT_IN_LEAK_RULES,
        details: {
          by: 'calls',
          tree: { direction: 'bottom-up', limits: { depth: 5, nodes: 3, part: 0.01 } },
          callers: /a/,
          sizes: true,
          growth: true,
          lifetimes: 'place',
          uses: 'place',
        },
      });
      const result = heapResult(findings, artifact.timeline, MOST_JSON_FRAMES);
      const all = {
        hasWays: true,
        growth: true,
        callers: true,
        timeline: true,
        suppressions: true,
      };
      return [heaptrackReport(result, { input, top: 3, frames: 5, fullNames: false, ...all })];
    }
    case 'heap-account':
      return [accountReport(artifact, input)];
  }
}

describe.each(CAPTURES)('%s', (file) => {
  test('is read to its end, however damaged', async () => {
    const input = (await openFixture(file))!;
    const pieces: Uint8Array[] = [];
    for await (const chunk of input.chunks()) pieces.push(chunk.slice());
    const original = Buffer.concat(pieces);
    const format = FORMATS.find(({ detect }) => detect(input.head).match === 'yes')!;

    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 30 }), async (mutations) => {
        const damaged = mutate(original, mutations);
        for (const { detect } of FORMATS) detect(new Head(damaged));
        const diagnostics = new Diagnostics(file);
        const replay = new GrowthReplay();
        async function* chunks() {
          yield damaged;
        }
        const context = { diagnostics, asked: { folds: [replay] } };
        const artifact = await format.parse({ ...input, chunks }, context);
        if (artifact === undefined) return;
        if (artifact.kind === 'syscall-trace') {
          const counted = Object.values(artifact.lines).reduce((sum, count) => sum + count, 0);
          expect(counted).toBe(artifact.lineCount);
        }
        for (const report of reportOf(artifact, replay)) {
          const text = renderText(report, { units: 'human', width: 80, color: false });
          expect(text).not.toMatch(NO_NUMBERS);
        }
        renderDiagnostics(diagnostics, (text) => text);
        const messages = diagnostics.list().map(({ message }) => message);
        expect(messages.join('\n')).not.toMatch(NO_NUMBERS);
      }),
      { numRuns: 60 },
    );
  });
});

describe('captures of one run', () => {
  const folder = `${ROOT}fixtures/stories/freed`;
  const names = ['peak.smaps.txt', 'peak.status.txt', 'end.smaps.txt', 'strace.log'];
  const originals = names.map((name) => readFileSync(`${folder}/${name}`));
  const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-damaged-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  test('tell a story, however damaged', async () => {
    const mutations = fc.array(fc.array(mutation, { maxLength: 12 }), {
      minLength: names.length,
      maxLength: names.length,
    });
    await fc.assert(
      fc.asyncProperty(mutations, async (all) => {
        const files = names.map((name) => path.join(scratch, name));
        for (const [i, file] of files.entries())
          writeFileSync(file, mutate(originals[i]!, all[i]!));
        const query = { pageBytes: 4096 };
        const read = await readStory({ files, query, ingest: (request) => ingest(request) });
        const report = storyReport(storyResult(read.story, read.captures), { top: 5 });
        const text = renderText(report, { units: 'human', width: 80, color: false });
        expect(text).not.toMatch(NO_NUMBERS);
        storyResult(read.story, read.captures);
      }),
      { numRuns: 60 },
    );
  });
});

test('a field with a line separator of Unicode in it is malformed', async () => {
  const text = '00400000-00401000 rw-p 00000000 00:00 0\nRss:  4\u2028!kB\nRss:  4\r!kB\n';
  const diagnostics = new Diagnostics('text');
  await smaps.parse(textInput(text), { diagnostics, asked: {} });
  expect(diagnostics.counts().get('smaps/malformed-field')).toBe(2);
});
