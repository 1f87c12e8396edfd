/**
 * What is told of programs from their captures, against what they printed themselves: where their
 * containers lie in the memory map, and how many elements are in them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ContainerStory } from '../src/analysis/story/story.ts';
import { readStory } from '../src/cli/read-story.ts';
import { ingest } from '../src/ingest/ingest.ts';
import { ROOT } from './support/paths.ts';

const CORPUS = `${ROOT}fixtures/corpus`;

/** Runs with a log, a map of the same process, and the truth. */
const RUNS = readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('/truth.json'))
  .map((file) => file.slice(0, -'/truth.json'.length))
  .filter((run) => existsSync(`${CORPUS}/${run}/strace.log`) && mapOf(run) !== undefined);

function mapOf(run: string): string | undefined {
  return ['smaps.txt', 'pmap-x.txt'].map((name) => `${CORPUS}/${run}/${name}`).find(existsSync);
}

interface TrueContainer {
  readonly name: string;
  readonly ptr: string;
  readonly len: number;
  readonly elem_size: number;
  readonly dropped: boolean;
}

const tell = (...files: string[]) =>
  readStory({ files, query: { pageBytes: 4096 }, ingest: (request) => ingest(request) });

/** Containers that the log shows growing, each with what is told of it. */
async function told(run: string) {
  const { story } = await tell(mapOf(run)!, `${CORPUS}/${run}/strace.log`);
  const truth = JSON.parse(readFileSync(`${CORPUS}/${run}/truth.json`, 'utf8'));
  const containers: readonly TrueContainer[] = truth.containers;
  const found = containers.flatMap((container): [TrueContainer, ContainerStory][] => {
    const at = Number(container.ptr);
    const one = story.containers.find(({ grown: { chain } }) => {
      const { start, mapped } = chain.last;
      return start <= at && at < start + mapped;
    });
    return one && !container.dropped ? [[container, one]] : [];
  });
  return { story, found };
}

describe('containers of programs that printed the truth', async () => {
  const all: ({ run: string } & Awaited<ReturnType<typeof told>>)[] = [];
  for (const run of RUNS) all.push({ run, ...(await told(run)) });
  const found = all.flatMap(({ run, story, found }) =>
    found.map(([container, one]) => ({ run, story, container, one })),
  );

  test('there are many', () => expect(found.length).toBeGreaterThan(80));

  test('log and map are told to be of one process', () => {
    // What allocators without brk leave to compare is the same for any process of one layout.
    const degrees = ['process', 'layout'];
    const others = all.filter(({ story }) => !degrees.includes(story.mapAndLog?.degree ?? ''));
    expect(others.map(({ run, story }) => `${run} ${story.mapAndLog?.because}`)).toEqual([]);
  });

  test('each is found in the row of the map that its pointer lies in', () => {
    const wrong = found.filter(({ story, container, one }) => {
      const row = story.witnesses.map!.mappings.find(
        ({ mapping: { start, size } }) =>
          start <= Number(container.ptr) && Number(container.ptr) < start + size,
      );
      return one.row === undefined || one.row.kind === 'none' || one.row.row !== row;
    });
    expect(wrong.map(({ run, container }) => `${run} ${container.name}`)).toEqual([]);
  });

  test('its length is within what the touched pages allow, where they tell', () => {
    const knowing = found.flatMap(({ run, container, one: { grown, elements } }) =>
      elements && 'least' in elements && grown.claims.element?.value === container.elem_size
        ? [{ run, container, elements }]
        : [],
    );
    expect(knowing.length).toBeGreaterThan(30);
    const wrong = knowing.filter(
      ({ container: { len }, elements: { least, most } }) => len < least || len > most,
    );
    expect(wrong.map(({ run, container }) => `${run} ${container.name}`)).toEqual([]);
  });
});

describe('the seed', () => {
  const SEED = `${ROOT}fixtures/stories/seed`;

  test('is one process, and one container of 12426 elements', async () => {
    const { story } = await tell(
      `${SEED}/smaps.txt`,
      `${SEED}/strace.log`,
      `${SEED}/heaptrack.zst`,
    );
    expect(story.mapAndLog?.degree).toBe('process');
    expect(story.recordingAndOthers?.degree).toBe('program');
    const [container, ...others] = story.containers;
    expect(others).toEqual([]);
    expect(container!.elements).toMatchObject({ least: 12288, most: 12458 });
    expect(container!.site?.place.name).toContain('load');
  });

  test('all steps sum to what the system counts', async () => {
    const { story } = await tell(
      `${SEED}/smaps.txt`,
      `${SEED}/strace.log`,
      `${SEED}/heaptrack.zst`,
    );
    const { inRam, resident, notInRam, size } = story.waterfall!;
    const sum = (steps: typeof inRam) => steps.reduce((total, { bytes }) => total + bytes.value, 0);
    expect(sum(inRam)).toBe(resident);
    expect(sum(notInRam)).toBe(size - resident);
  });

  test('captures of other programs are told apart', async () => {
    const other = `${CORPUS}/vec_sizes/e024_lone.full/smaps.txt`;
    const { story } = await tell(other, `${SEED}/strace.log`);
    expect(story.mapAndLog?.degree).toBe('other');
    expect(story.containers[0]!.row).toMatchObject({ kind: 'none' });
  });
});
