/** A row opens the page of explanation that the report of the same captures names for it. */
import { beforeAll, describe, expect, test } from 'vitest';
import { straceFindings } from '../../src/analysis/call-log/findings.ts';
import { capacityAccount } from '../../src/analysis/growth/forward/capacity-account.ts';
import { GrowthReplay } from '../../src/analysis/growth/from-log/growth-replay.ts';
import { NO_DETAILS } from '../../src/analysis/heap/details.ts';
import { heapFindings } from '../../src/analysis/heap/findings.ts';
import { NO_FILTER } from '../../src/analysis/heap/stack-filter.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { formatAddress } from '../../src/model/address.ts';
import type { TopicId } from '../../src/model/topic.ts';
import { capacityResult } from '../../src/results/capacity/capacity-result.ts';
import { heapResult, MOST_JSON_FRAMES } from '../../src/results/heap/heap-result.ts';
import { storyResult } from '../../src/results/story/story-result.ts';
import { FIELD_TOPICS } from '../../src/results/topics.ts';
import type { Program } from '../../src/tui/program.ts';
import type { About } from '../../src/tui/screen.ts';
import type { Reading } from '../../src/tui/session.ts';
import { capacityReport } from '../../src/views/capacity/report.ts';
import { heaptrackReport } from '../../src/views/heaptrack/report.ts';
import { mapDifferenceReport } from '../../src/views/map/difference-report.ts';
import { mapReport } from '../../src/views/map/report.ts';
import { type Cell, type Report, type Section, topicsOf } from '../../src/views/report.ts';
import { grownReport } from '../../src/views/story/growth-report.ts';
import { storyReport } from '../../src/views/story/report.ts';
import { straceReport } from '../../src/views/strace/report.ts';
import { pressed, programOf, session } from '../support/tui-session.ts';

const SEED = ['smaps.txt', 'strace.log', 'heaptrack.zst'].map(
  (name) => `fixtures/stories/seed/${name}`,
);

const MAP_OPTIONS = { input: '', top: 10, all: true };

interface NamedTopic {
  readonly words: readonly string[];
  readonly topic: TopicId | undefined;
  readonly section: Section;
}

const wordsOf = (cell: Cell): string => {
  if (typeof cell !== 'object') return cell ?? '';
  if (cell.kind === 'text') return cell.text;
  return cell.kind === 'address' ? formatAddress(cell.value) : '';
};

/** Facts by their label and rows by their words, each with what explains it. */
const namedIn = ({ sections }: Report): NamedTopic[] =>
  sections.flatMap((section) => [
    ...(section.facts ?? []).map(({ label, topic }) => ({ words: [label], topic, section })),
    ...(section.table?.rows ?? []).map(({ cells, topic }) => ({
      words: cells.map(wordsOf),
      topic,
      section,
    })),
  ]);

/** @throws where no row of the report has exactly these words. */
function named(report: Report, words: string): NamedTopic {
  const found = namedIn(report).find((one) => one.words.includes(words));
  if (found === undefined) throw new Error(`no row of the report is called ${words}`);
  return found;
}

const columnTopic = ({ section }: NamedTopic, title: string): TopicId | undefined =>
  section.table?.columns.find((column) => column.title === title)?.topic;

interface ScreenRow {
  readonly text: string;
  readonly about: About;
}

function rowsOf(program: Program): ScreenRow[] {
  const { list } = program.frame().shown;
  expect(list.count).toBeGreaterThan(0);
  return Array.from({ length: list.count }, (_, i) => ({
    text: list.text(i),
    about: list.about(i)!,
  }));
}

/** Fails with all rows that open another page than the report names, not with the first. */
function expectTopics(
  program: Program,
  wanted: (row: ScreenRow, index: number) => TopicId | undefined | readonly (TopicId | undefined)[],
): void {
  const wrong = rowsOf(program).flatMap((row, i) => {
    const topics = [wanted(row, i)].flat();
    return topics.includes(row.about.topic) ? [] : [[row.text, row.about.topic, topics]];
  });
  expect(wrong).toEqual([]);
}

const seed = session(SEED, 12426);
let reading: Reading;
let log: Report;
let recording: Report;
let story: Report;

const open = async (keys: string) =>
  pressed(await programOf({ ...seed, read: async () => reading }, 200, 60), keys);

beforeAll(async () => {
  reading = await seed.read(() => {}, new AbortController().signal);
  story = storyReport(storyResult(reading.story, reading.captures), {
    top: 10,
    containers: true,
    rows: true,
    addressSpace: true,
  });
  const replay = new GrowthReplay();
  const read = await ingest({
    source: SEED[1]!,
    wants: 'syscall-trace',
    asks: { 'syscall-trace': { folds: [replay] } },
  });
  const calls = straceFindings(read.capture!.artifact, replay.finish(), { pageBytes: 4096 });
  log = straceReport(calls, { input: '', top: 100, timeline: true, details: true, map: undefined });
  const { profile } = reading.story.witnesses.recording!;
  const heap = heapFindings(profile, {
    groupBy: 'place',
    rankBy: ['peak', 'calls', 'temporary', 'leaked', 'allocated'],
    limits: { spots: 10, stacks: 3, frames: 12 },
    filter: NO_FILTER,
    leakRules: [],
    details: { ...NO_DETAILS, growth: true },
  });
  const style = { frames: 12, fullNames: false };
  const views = {
    hasWays: false,
    growth: true,
    callers: false,
    timeline: false,
    suppressions: false,
  };
  const result = heapResult(heap, undefined, MOST_JSON_FRAMES);
  recording = heaptrackReport(result, { input: '', top: 100, ...style, ...views });
});

/** Rows of a report's screen, against the facts, rows and notes of the report in their order. */
function expectReport(program: Program, { sections }: Report): void {
  const wanted = sections.flatMap((section) => [
    ...(section.facts ?? []).map(({ topic }) => [topic ?? section.topics?.[0]]),
    ...(section.table?.rows ?? []).map(({ topic }) => (topic ? [topic] : topicsOf(section))),
    ...(section.notes ?? []).map(() => [section.topics?.[0]]),
  ]);
  expect(rowsOf(program).length).toBe(wanted.length);
  expectTopics(program, (_, index) => wanted[index]);
}

test('Overview', async () => expectReport(await open('1'), story));

describe('Map', () => {
  const LENSES = { size: '', resident: 'l ', PSS: 'l l ', dirty: 'l l l ' };

  test.each(Object.entries(LENSES))('by %s', async (title, keys) => {
    const all = mapReport(reading.maps.processAt(0), MAP_OPTIONS);
    expectTopics(await open(`2 ${keys}`), ({ text }) => {
      const row = named(all, text.trim().split(/\s/)[0]!);
      // A list of mappings has no column for everything that sums have.
      const sum = named(all, 'Total');
      return row.topic ?? columnTopic(sum, title);
    });
  });

  test('of a moment of the log', async () => {
    const program = await open('3 j j j enter');
    const map = mapReport(reading.maps.processAt(program.frame().shown.map!), MAP_OPTIONS);
    expectTopics(program, ({ text }) => {
      const row = named(map, text.trim().split(/\s/)[0]!);
      return row.topic ?? columnTopic(row, 'size');
    });
  });

  test('compared', async () => {
    const program = await open('3 j j j enter d [ [ [ [');
    const { marked } = program.state.map;
    const comparison = reading.maps.compared(marked!, program.frame().shown.map!).comparison;
    const report = mapDifferenceReport(comparison, 1000);
    expectTopics(program, ({ text }) => {
      const row = named(report, text.trim().split(/\s/)[0]!);
      return row.topic ?? columnTopic(row, 'size');
    });
  });
});

describe('Timeline', () => {
  test('of the log', async () => {
    const growth = topicsOf(named(log, 'requested').section);
    const whole = named(mapReport(reading.maps.processAt(0), MAP_OPTIONS), 'Total');
    expectTopics(await open('3'), ({ text, about }) => {
      if (about.container !== undefined) return growth;
      if (text.includes('brk heap')) return named(log, 'brk heap').topic;
      if (text.includes('anonymous mappings')) return named(log, 'anonymous').topic;
      const use = /≈ (.+)$/.exec(text)?.[1];
      return use === undefined ? columnTopic(whole, 'size') : named(log, use).topic;
    });
  });

  test('of the recording', async () => {
    expectTopics(await open('3 t'), () => named(recording, 'peak heap').topic);
  });
});

describe('Growth', () => {
  test('the list and the steps', async () => {
    const program = await open('4');
    const ofLog = topicsOf(named(log, 'requested').section);
    const ofRecording = topicsOf(named(recording, 'capacities').section);
    expectTopics(program, ({ about }) => (about.container === undefined ? ofRecording : ofLog));
    for (const i of rowsOf(program).keys()) {
      const report = grownReport(reading.story, reading.captures, i)!;
      expectReport(await open(`4 ${'j '.repeat(i)}enter`), report);
    }
    const steps = rowsOf(await open('4 enter')).filter(({ text }) =>
      /\t(resized|moved)\t/.test(text),
    );
    expect(steps.map(({ about }) => about.topic)).toEqual([named(log, 'moved').topic]);
  });
});

describe('Heap', () => {
  const COSTS: Readonly<Record<string, string>> = {
    peak: 'peak heap',
    calls: 'allocation calls',
    temporary: 'temporary allocations',
    leaked: 'leaked',
    allocated: 'allocated in total',
  };
  const VIEWS = { tree: '', 'flame graph': 'v ', callers: 'j c ' };

  test.each(Object.entries(VIEWS))('%s by every cost', async (_view, keys) => {
    const seen = new Set<string>();
    for (let i = 0; i < Object.keys(COSTS).length; i++) {
      const program = await open(`5 ${keys}${'s '.repeat(i)}`);
      const { by } = program.state.heap;
      expectTopics(program, () => named(recording, COSTS[by]!).topic);
      seen.add(by);
    }
    expect(seen.size).toBe(Object.keys(COSTS).length);
  });

  test.each([
    ['peak', 'peak'],
    ['leaked', 'leaks'],
    ['temporary', 'temporary-allocations'],
  ])('e on %s opens %s', async (cost, topic) => {
    const program = await open('5');
    while (program.state.heap.by !== cost) program.press('s');
    expect(pressed(program, 'e').state.overlay).toMatchObject({ kind: 'topic', topic });
  });
});

test.each([12426, 3])('Capacity of %i elements', async (length) => {
  const numbers = { ...seed.numbers, length };
  const report = capacityReport(capacityResult(capacityAccount(numbers).findings));
  const path = namedIn(report).find((one) => columnTopic(one, '+ header'))!;
  const labels: Record<string, string> = {
    length: 'capacity',
    pages: 'mapped',
    block: 'block',
    'in RAM': 'resident',
    instead: 'slack',
    'next push': 'growing',
    capacity: 'growing',
  };
  const program = pressed(
    await programOf(session([]), 200, 60),
    `= ${[...`${length}`].join(' ')} enter`,
  );
  expectTopics(program, ({ text }) => {
    if (text.includes('(mremap)')) return FIELD_TOPICS.moves;
    if (text.startsWith('+ header')) return columnTopic(path, '+ header');
    // Pages of the heap are not the block's own: that is for the same reason as its place.
    if (text.includes('it shares its pages')) return named(report, 'block').topic;
    const label = Object.keys(labels).find((one) => text.startsWith(one))!;
    return named(report, labels[label]!).topic;
  });
});

test('Source and Diagnostics tell of lines, which no page explains', async () => {
  const program = await open('4 enter right j 7');
  await expect.poll(() => program.frame().shown.list.count).toBeGreaterThan(0);
  expectTopics(program, () => undefined);
});
