/** Numbers carry the terms that explain them, and the terms are there. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { capturesIn } from '../../src/app/capture-folder.ts';
import { readStory } from '../../src/app/read-story.ts';
import { topicIds } from '../../src/app/topics.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { MEMORY_USES } from '../../src/knowledge/memory-uses.ts';
import { ACCOUNT_MEANINGS } from '../../src/knowledge/process-account.ts';
import { TOPIC_IDS, type TopicId } from '../../src/model/topic.ts';
import { storyResult } from '../../src/results/story/story-result.ts';
import { FIELD_TOPICS, fieldTopics, topicOfAccount, topicOfUse } from '../../src/results/topics.ts';
import { bytes, topicsOf } from '../../src/views/report.ts';
import { type StoryView, storyReport } from '../../src/views/story/report.ts';
import { renderText } from '../../src/views/text/render.ts';
import { ROOT } from '../support/paths.ts';

/** The words behind `memtool explain` in a report. */
function topicsIn(text: string): string[] {
  return [...text.matchAll(/^memtool explain (.+)$/gm)].flatMap(([, words]) => words!.split(' '));
}

const ALL = { top: 10, rows: true, containers: true, addressSpace: true };

async function storyText(view: StoryView, width: number, ...files: string[]): Promise<string> {
  const query = { pageBytes: 4096 };
  const { story, captures } = await readStory({ files, query, ingest: (one) => ingest(one) });
  const options = { units: 'human' as const, width, color: false };
  return renderText(storyReport(storyResult(story, captures), view), options);
}

test('the ids are the pages of docs/explain', () => {
  expect([...TOPIC_IDS]).toEqual(topicIds());
});

test('each topic is named by a report, and no report names another', async () => {
  const goldens = readdirSync(`${ROOT}fixtures`, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.expected.txt'))
    .map((file) => readFileSync(`${ROOT}fixtures/${file}`, 'utf8'));
  const story = await storyText(
    ALL,
    Number.POSITIVE_INFINITY,
    ...capturesIn(`${ROOT}fixtures/stories/freed`)!,
  );
  const named = new Set([...goldens, story].flatMap(topicsIn));
  expect([...named].sort()).toEqual([...TOPIC_IDS]);
});

describe('JSON', () => {
  const schemas = readdirSync(`${ROOT}docs/schema`).map((file) =>
    JSON.parse(readFileSync(`${ROOT}docs/schema/${file}`, 'utf8')),
  );

  /** All field names of the results of all commands. */
  const fields = new Set<string>();
  const collect = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'properties') for (const name of Object.keys(value)) fields.add(name);
      collect(value);
    }
  };
  // Parts that stand several times are in the definitions, without those of all commands.
  for (const { properties, $defs } of schemas) collect([properties.result, $defs]);

  test('every field with a topic is a field of some result', () => {
    expect(Object.keys(FIELD_TOPICS).filter((name) => !fields.has(name))).toEqual([]);
  });

  /** Sizes that need no explanation, or are told by what they stand in. */
  const PLAIN = new Set([
    'fileBytes',
    'systemBytes',
    'allocatedBytes',
    'liveBytes',
    'endBytes',
    'lostBytes',
    'fromBytes',
    'toBytes',
    'largestBytes',
    'usableBytes',
    'leastBytes',
    'mostBytes',
    'differingBytes',
    'blockBytes',
    'bookkeepingBytes',
    'foreignBytes',
    'notAccountedBytes',
    'freeBytes',
    'allBytes',
    'overBytes',
    'upToBytes',
    'mostRequestBytes',
    'freeResidentBytes',
    'residentOfOthersBytes',
    'residentWithHeadersBytes',
    'heapEndBytes',
    'logEndBytes',
    'savesBytes',
    'otherBytes',
  ]);

  test('every size has a topic, or is plain', () => {
    const sizes = [...fields].filter((name) => name.endsWith('Bytes') && !(name in FIELD_TOPICS));
    expect(sizes.filter((name) => !PLAIN.has(name))).toEqual([]);
    expect([...PLAIN].filter((name) => !sizes.includes(name))).toEqual([]);
  });

  test('a document names the topics of its fields', () => {
    const rows = [{ residentBytes: 1, name: 'x' }, { slackBytes: null }];
    expect(fieldTopics({ rows, title: 'y' })).toEqual({
      residentBytes: 'rss-and-pss',
      slackBytes: 'slack',
    });
  });

  test('every use and every sum of the kernel has a topic', () => {
    const all: TopicId[] = [
      ...MEMORY_USES.map(({ id }) => topicOfUse(id)),
      ...[...ACCOUNT_MEANINGS.keys()].map(topicOfAccount),
    ];
    expect(all.filter((topic) => !TOPIC_IDS.includes(topic))).toEqual([]);
    expect(topicOfUse('thread-arena')).toBe('arenas');
    expect(topicOfAccount('AnonHugePages')).toBe('huge-pages');
  });
});

describe('a section', () => {
  test('closes with the topics of what it shows, each once', () => {
    const section = {
      facts: [
        { label: 'held', cells: [bytes(1)], topic: 'peak' as const },
        { label: 'most', cells: [bytes(2, true)], topic: 'peak' as const },
      ],
      topics: ['slack' as const],
    };
    expect(topicsOf(section)).toEqual(['peak', 'slack', 'inferred']);
    const options = { units: 'human' as const, width: 40, color: false };
    expect(renderText({ title: ['x'], sections: [section] }, options)).toContain(
      '\nmemtool explain peak slack inferred\n',
    );
    expect(renderText({ title: ['x'], sections: [section] }, { ...options, width: 30 })).toContain(
      '\nmemtool explain peak slack\nmemtool explain inferred\n',
    );
  });
});

test.each([
  ['smaps.txt', 'strace.log', 'heaptrack.zst'].map((name) => `fixtures/stories/seed/${name}`),
  ['pmap-x.txt', 'strace.log'].map((name) => `fixtures/stories/blog/${name}`),
  ...['accounted', 'freed', 'forks', 'midway'].map((name) =>
    capturesIn(`${ROOT}fixtures/stories/${name}`)!.filter((file) => !/\.c$|expected/.test(file)),
  ),
])('the story of %s and others is one screen of 100x40', async (...files) => {
  const lines = (await storyText({ top: 10 }, 100, ...files)).trimEnd().split('\n');
  // What is wider than the terminal takes another line of it; the last line is the prompt's.
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / 100)), 0);
  expect(rows).toBeLessThanOrEqual(39);
});
