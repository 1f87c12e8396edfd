/**
 * What is told of programs from their captures, against what they printed themselves: where their
 * containers lie in the memory map, and how many elements are in them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ContainerStory } from '../src/analysis/story/container-story.ts';
import { capturesIn } from '../src/app/capture-folder.ts';
import { readStory } from '../src/app/read-story.ts';
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
    const knowing = found.flatMap(({ run, container, one: { elements } }) =>
      elements && 'bytes' in elements ? [{ run, container, elements }] : [],
    );
    expect(knowing.length).toBeGreaterThan(30);
    const wrong = knowing.filter(({ container: { len, elem_size }, elements: inUse }) => {
      const { bytes, elements } = inUse;
      const isWithin = (value: number, { least, most } = { least: 0, most: Infinity }) =>
        least <= value && value <= most;
      return !isWithin(len * elem_size, bytes) || !isWithin(len, elements);
    });
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
    expect(container!.elements).toMatchObject({ elements: { least: 12288, most: 12458 } });
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

  test('what was live is that of the map, though it is of neither the peak nor the end', async () => {
    const captures = ['smaps.txt', 'strace.log', 'heaptrack.zst'];
    const midway = captures.map((name) => `${ROOT}fixtures/stories/midway/${name}`);
    const { story } = await tell(...midway);
    expect(story.recordingAndOthers?.degree).toBe('program');
    // The program holds one block of 2000000 bytes then; 11 MB at its peak, nothing at its end.
    const { least, most } = story.answer.live!;
    expect(least).toBeLessThanOrEqual(2_000_000 * 1.01);
    expect(most).toBeGreaterThanOrEqual(2_000_000);
    expect(most).toBeLessThanOrEqual(2_000_000 * 1.05);
  });

  test('of several logs the first is told, and the others are named', async () => {
    const { captures } = await tell(
      `${SEED}/strace.log`,
      `${SEED}/smaps.txt`,
      `${ROOT}fixtures/stories/freed/strace.log`,
    );
    expect(captures.map(({ isTold }) => isTold)).toEqual([true, true, false]);
  });

  test('captures of other programs are told apart', async () => {
    const other = `${CORPUS}/vec_sizes/e024_lone.full/smaps.txt`;
    const { story } = await tell(other, `${SEED}/strace.log`);
    expect(story.mapAndLog?.degree).toBe('other');
    expect(story.containers[0]!.row).toMatchObject({ kind: 'none' });
  });
});

describe('programs that free their memory before their end', () => {
  const FREED = `${ROOT}fixtures/stories/freed`;
  const recording = (folder: string) => tell(...capturesIn(`${ROOT}fixtures/stories/${folder}`)!);
  const truthOf = (folder: string) =>
    JSON.parse(readFileSync(`${ROOT}fixtures/stories/${folder}/truth.json`, 'utf8'));

  test('are told from the map in which most is in RAM', async () => {
    const { story } = await recording('freed');
    expect(story.snapshots.map(({ name }) => name)).toEqual([
      `${FREED}/peak.smaps.txt`,
      `${FREED}/end.smaps.txt`,
    ]);
    const [peak, end] = story.snapshots;
    // Between the last block and the first munmap; and at the end of the log.
    expect(peak!.moment).toMatchObject({ firstLine: 67, untilLine: 68, differing: 0 });
    expect(end!.moment).toMatchObject({ untilLine: undefined, differing: 0 });
    // The status beside the map is of the same moment.
    expect(story.waterfall!.outside.map(({ label }) => label)).toContain('page tables');
    expect(story.witnesses.map!.account.find(({ name }) => name === 'VmRSS')?.bytes).toBe(
      story.waterfall!.resident,
    );
  });

  test('the order of captures does not matter, nor whether the maps are of one moment', async () => {
    const files = capturesIn(FREED)!;
    const [there, back] = [await tell(...files), await tell(...files.toReversed())];
    expect(back.story.waterfall).toEqual(there.story.waterfall);
    expect(back.story.mergedRows.length).toBe(there.story.mergedRows.length);
    const alone = await tell(`${FREED}/end.smaps.txt`, `${FREED}/strace.log`);
    expect(alone.story.containers[0]!.row).toEqual({
      kind: 'none',
      because: 'it was freed by then',
    });
  });

  test('containers are where they were then', async () => {
    const { story } = await recording('freed');
    const { array } = truthOf('freed');
    const [container, ...others] = story.containers;
    expect(others).toEqual([]);
    expect(container!.grown.chain.steps[container!.at]!.start).toBe(Number(array.ptr) - 16);
    expect(container!.row).toMatchObject({ kind: 'own', by: 'address' });
    const inUse = container!.elements!;
    const { least, most } = 'bytes' in inUse ? inUse.bytes : { least: 1, most: 0 };
    // Numbers of 8 bytes.
    expect(least <= 8 * array.length && 8 * array.length <= most).toBe(true);
  });

  test('a row that the kernel merged is the blocks that the program printed', async () => {
    const { story } = await recording('freed');
    const { blocks } = truthOf('freed') as {
      blocks: { ptr: string; bytes: number; used: number }[];
    };
    expect(story.mergedRows).toHaveLength(1);
    const { row, parts } = story.mergedRows[0]!;
    const byAddress = blocks.toSorted((a, b) => Number(a.ptr) - Number(b.ptr));
    expect(parts.map(({ start }) => start)).toEqual(byAddress.map(({ ptr }) => Number(ptr) - 16));
    expect(parts.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(row.mapping.size);
    for (const [i, { resident, line }] of parts.entries()) {
      const touched = Math.ceil((byAddress[i]!.used + 16) / 4096) * 4096;
      expect(resident!.least).toBeLessThanOrEqual(touched);
      expect(resident!.most).toBeGreaterThanOrEqual(touched);
      expect(line).toBeGreaterThan(0);
    }
  });

  test('of several processes the story is about the one that the map is of', async () => {
    const { story } = await recording('forks');
    const truth = truthOf('forks');
    expect(story.witnesses.space!.pid).toBe(truth.pid);
    expect(story.mapAndLog?.degree).toBe('process');
    expect(story.snapshots[0]!.moment).toMatchObject({ differing: 0 });
    const block = story.snapshots[0]!.moment!.pieces.find(
      ({ start }) => start === Number(truth.ptr) - 16,
    );
    expect(block).toMatchObject({ end: Number(truth.ptr) - 16 + 12001280 });
  });
});

describe('rows that the kernel merged', () => {
  test('are taken apart where blocks of programs with known truth lie', async () => {
    let blocks = 0;
    for (const run of RUNS) {
      const { story } = await tell(mapOf(run)!, `${CORPUS}/${run}/strace.log`);
      for (const { row, parts } of story.mergedRows) {
        // Side by side, without gaps, and no more than the row.
        let at = row.mapping.start;
        for (const { start, end } of parts) {
          expect(start).toBe(at);
          at = end;
        }
        expect(at).toBe(row.mapping.start + row.mapping.size);
        const resident = row.mapping.resident ?? 0;
        const bounds = parts.flatMap(({ resident }) => resident ?? []);
        const sum = (of: 'least' | 'most') => bounds.reduce((total, bound) => total + bound[of], 0);
        expect(sum('least')).toBeLessThanOrEqual(resident);
        expect(sum('most')).toBeGreaterThanOrEqual(resident);
      }
      const truth = JSON.parse(readFileSync(`${CORPUS}/${run}/truth.json`, 'utf8'));
      const parts = story.mergedRows.flatMap(({ parts }) => parts);
      for (const { ptr, dropped, cap_bytes } of truth.containers) {
        const part = parts.find(({ start, end }) => start <= Number(ptr) && Number(ptr) < end);
        if (dropped || part === undefined || part.use?.id !== 'malloc-mapping') continue;
        expect(part.end - Number(ptr), `${run} ${ptr}`).toBeGreaterThanOrEqual(cap_bytes);
        blocks++;
      }
    }
    expect(blocks).toBeGreaterThan(10);
  });
});
