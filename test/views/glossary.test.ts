/** The report of explain has the words of docs/glossary.md, and none that it replaces. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { capturesIn } from '../../src/app/capture-folder.ts';
import { readStory } from '../../src/app/read-story.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { storyResult } from '../../src/results/story/story-result.ts';
import { storyReport } from '../../src/views/story/report.ts';
import { renderText } from '../../src/views/text/render.ts';
import { ROOT } from '../support/paths.ts';

const [, , REPLACED = ''] = readFileSync(`${ROOT}docs/glossary.md`, 'utf8').split(/^\|---.*$/m);

/** The first column of the table of words that are used no more. */
const FORBIDDEN = [...REPLACED.matchAll(/^\| ([^|]+?) \|/gm)].map(([, word]) => word!);

async function textOf(...files: string[]): Promise<string> {
  const query = { pageBytes: 4096 };
  const { story, captures } = await readStory({ files, query, ingest: (one) => ingest(one) });
  const view = { top: 10, containers: true, addressSpace: true };
  const options = { units: 'human', width: Number.POSITIVE_INFINITY, color: false } as const;
  return renderText(storyReport(storyResult(story, captures), view), options);
}

const STORIES = ['accounted', 'freed', 'forks', 'midway'].map((name) =>
  capturesIn(`${ROOT}fixtures/stories/${name}`)!.filter((file) => !/\.c$|expected/.test(file)),
);
const SEED = ['smaps.txt', 'strace.log', 'heaptrack.zst'].map(
  (name) => `${ROOT}fixtures/stories/seed/${name}`,
);
const MAPS = ['heap-of-go', 'heap-of-java', 'heap-of-v8', 'jemalloc-in-front', 'static-program'];

test('the glossary names words to avoid', () => expect(FORBIDDEN.length).toBeGreaterThan(10));

describe('no report uses a word that the glossary replaces', () => {
  test.each([SEED, ...STORIES, ...MAPS.map((name) => [`${ROOT}fixtures/pmap/${name}/input.txt`])])(
    '%s',
    async (...files) => {
      const text = (await textOf(...files)).toLowerCase();
      expect(FORBIDDEN.filter((word) => text.includes(word))).toEqual([]);
    },
  );
});
