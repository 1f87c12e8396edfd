/** More evidence makes an answer better: over runs of programs that printed the truth of their containers. */
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  canGrow,
  isIn,
  mapOf,
  recordingOf,
  runsIn,
  type TrueContainer,
  truthOf,
} from '../../../bench/growth-truth.ts';
import { growthSites } from '../../../src/analysis/growth/from-heap/growth-sites.ts';
import { growthFindings } from '../../../src/analysis/growth/from-log/findings.ts';
import type {
  GrownContainer,
  GrowthQuery,
} from '../../../src/analysis/growth/from-log/grown-container.ts';
import { GrowthReplay } from '../../../src/analysis/growth/from-log/growth-replay.ts';
import { ingest } from '../../../src/ingest/ingest.ts';
import { hasSizes } from '../../../src/model/heap-profile.ts';
import { ROOT } from '../../support/paths.ts';

const KNOWN = ['count', 'map', 'recording'] as const;
type Known = (typeof KNOWN)[number];

/** All that can be known, each combination after its parts. */
const COMBINATIONS: readonly (readonly Known[])[] = [0, 1, 2, 4, 3, 5, 6, 7].map((bits) =>
  KNOWN.filter((_, i) => (bits & (1 << i)) !== 0),
);

interface Asked {
  readonly name: string;
  readonly truth: TrueContainer;
  /** What is told with each combination that the run has. */
  readonly told: ReadonlyMap<string, GrownContainer>;
}

let asked: readonly Asked[];

beforeAll(async () => {
  const byRecording = new Map(
    runsIn(`${ROOT}fixtures/corpus`, 'strace.log').map((run) => [recordingOf(run), run]),
  );
  byRecording.delete(undefined);
  const runs = [...byRecording.values()];
  asked = (await Promise.all(runs.map(askedOf))).flat();
}, 60_000);

async function askedOf(run: string): Promise<Asked[]> {
  const replay = new GrowthReplay();
  const source = path.join(run, 'strace.log');
  await ingest({ source, wants: 'syscall-trace', asks: { 'syscall-trace': { folds: [replay] } } });
  const map = await ingest({ source: mapOf(run)!, wants: 'memory-maps' });
  const heap = await ingest({
    source: recordingOf(run)!,
    wants: 'heap-profile',
    asks: { 'heap-profile': { growthSteps: true } },
  });
  const profile = heap.capture!.artifact;
  const sites = hasSizes(profile) ? growthSites(profile) : [];
  const { spaces, buffersOf } = replay.finish();
  return spaces.flatMap((space) => {
    const system = { pageBytes: 4096, language: space.space.language };
    const tell = (query: Partial<GrowthQuery>) =>
      growthFindings(buffersOf(space), { ...system, ...query }).containers;
    return truthOf(run)
      .containers.filter(canGrow)
      .flatMap((truth): Asked[] => {
        const isIt = ({ chain: { last } }: GrownContainer) => isIn(truth, last.start, last.mapped);
        const alone = tell({}).find(isIt);
        if (alone === undefined) return [];
        const told = COMBINATIONS.map((known): [string, GrownContainer] => {
          const query = {
            line: alone.chain.last.line,
            witness: known.includes('count') ? { elements: truth.len } : {},
            map: known.includes('map') ? map.capture!.artifact.maps[0] : undefined,
            sites: known.includes('recording') ? sites : undefined,
          };
          return [known.join(), tell(query).find(isIt)!];
        });
        return [{ name: `${run} ${truth.name}`, truth, told: new Map(told) }];
      });
  });
}

const isRight = ({ truth, told }: Asked, known: readonly Known[]): boolean =>
  told.get(known.join())!.estimate.candidates[0]?.elementBytes === truth.elem_size;

test('there are containers to tell', () => {
  expect(asked.length).toBeGreaterThan(25);
});

describe.each(COMBINATIONS)('with %s %s %s', (...known) => {
  const parts = COMBINATIONS.filter(
    (part) => part.length < known.length && part.every((one) => known.includes(one)),
  );

  test('no size that is right becomes wrong', () => {
    const lost = asked.filter(
      (one) => parts.some((part) => isRight(one, part)) && !isRight(one, known),
    );
    expect(lost.map(({ name }) => name)).toEqual([]);
  });

  test('a size of which 99 % is said is right', () => {
    const wrong = asked.filter((one) => {
      const [best] = one.told.get(known.join())!.estimate.candidates;
      return best !== undefined && best.probability >= 0.99 && !isRight(one, known);
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

test('a count of the elements tells nearly all sizes', () => {
  const right = asked.filter((one) => isRight(one, ['count']));
  expect(right.length / asked.length).toBeGreaterThanOrEqual(0.98);
});
