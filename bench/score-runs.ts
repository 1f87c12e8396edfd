/** Runs with known truth, and what the growth chains of their logs tell of it. */
import path from 'node:path';
import { type GrowthEstimate, growthEstimate } from '../src/analysis/growth/estimate/estimate.ts';
import type { GivenFacts } from '../src/analysis/growth/estimate/given-facts.ts';
import { growthFindings } from '../src/analysis/growth/from-log/findings.ts';
import type { GrownContainer } from '../src/analysis/growth/from-log/grown-container.ts';
import { GrowthReplay } from '../src/analysis/growth/from-log/growth-replay.ts';
import { ingest } from '../src/ingest/ingest.ts';
import { measured } from '../src/model/claim.ts';
import { canGrow, isIn, runsIn, type TrueContainer, truthOf } from './growth-truth.ts';

interface ScoreRow {
  readonly group: string;
  count: number;
  readonly right: Record<string, number>;
}

interface CalibrationRow {
  readonly from: number;
  readonly to: number;
  said: number;
  count: number;
  right: number;
}

export interface GrowthScore {
  readonly rows: readonly ScoreRow[];
  readonly calibration: readonly CalibrationRow[];
  readonly misses: readonly string[];
  /** Containers whose bytes were called `certain`, and were others. */
  readonly certainAndWrong: readonly string[];
}

/** Containers of which the sizes tell all; the others are in the group of all. */
const GROUPS: Readonly<Record<string, (seen: SeenContainer) => boolean>> = {
  'all that grew': () => true,
  'doubling from empty': isPureDoubling,
  '  of these Vec and VecDeque': (seen) => isPureDoubling(seen) && /^Vec/.test(seen.truth.kind),
  'hash tables': ({ truth }) => truth.kind === 'HashMap',
  'Python lists': ({ truth }) => truth.kind === 'PyList',
  musl: ({ run }) => run.includes('musl'),
};

interface SeenContainer {
  readonly run: string;
  readonly truth: TrueContainer;
  readonly grown: GrownContainer;
  readonly language: GrowthLanguage;
}

type GrowthLanguage = ReturnType<typeof growthFindings>['language'];

function isPureDoubling({ truth }: SeenContainer): boolean {
  const capacities = truth.events.map(({ cap }) => cap);
  const isDoubling = capacities.every((cap, i) => i === 0 || cap === 2 * capacities[i - 1]!);
  return isDoubling && Number.isInteger(Math.log2(truth.capacity)) && truth.elem_size > 0;
}

const oddPart = (value: number): number => {
  let odd = value;
  while (odd > 0 && odd % 2 === 0) odd /= 2;
  return odd;
};

/** What is asked of each container, and whether the answer is right. */
function answers({ truth, grown, language }: SeenContainer): Record<string, boolean> {
  const { chain, allocator, estimate } = grown;
  const { elem_size: size, cap_bytes: bytes, len } = truth;
  const given = (witness: GivenFacts): GrowthEstimate =>
    growthEstimate(chain, { allocator, pageBytes: 4096, language }, witness);
  const sizes = estimate.candidates.map(({ elementBytes }) => elementBytes);
  const { least, most } = estimate.requests.at(-1)!;
  const isExact = ({ candidates: [best] }: GrowthEstimate) => best?.capacity === truth.capacity;
  return {
    'size first': sizes[0] === size,
    'in first 3': sizes.slice(0, 3).includes(size),
    'odd part': sizes[0] !== undefined && oddPart(sizes[0]) === oddPart(size),
    listed: sizes.includes(size),
    bytes: estimate.blocks.at(-1) === bytes,
    'bytes within': bytes >= least && bytes <= most,
    capacity: isExact(estimate),
    'given size': isExact(given({ elementBytes: measured(size) })),
    'given count': isExact(given({ elements: len })),
  };
}

function isCertainAndWrong({ truth, grown: { request, estimate, chain } }: SeenContainer): boolean {
  const isLast = estimate.stretch.to === chain.steps.length;
  return isLast && request?.certainty === 'certain' && request.size.value !== truth.cap_bytes;
}

/** The containers that printed their address, with the chain that holds it at the end. */
async function seenContainers(folder: string): Promise<SeenContainer[]> {
  const replay = new GrowthReplay();
  const source = path.join(folder, 'strace.log');
  await ingest({ source, wants: 'syscall-trace', asks: { 'syscall-trace': { folds: [replay] } } });
  const { spaces, buffersOf } = replay.finish();
  const found = spaces.map((space) =>
    growthFindings(buffersOf(space), { pageBytes: 4096, language: space.space.language }),
  );
  return truthOf(folder)
    .containers.filter(canGrow)
    .flatMap((truth) => {
      for (const { containers, language } of found) {
        const grown = containers.find(({ chain: { last } }) =>
          isIn(truth, last.start, last.mapped),
        );
        if (grown) return [{ run: folder, truth, grown, language }];
      }
      return [];
    });
}

const CALIBRATION_STEPS = [0, 0.2, 0.3, 0.5, 0.7, 0.9, 0.99, 1.01];

export async function growthScore(folders: readonly string[]): Promise<GrowthScore> {
  const seen: SeenContainer[] = [];
  const runs = folders.flatMap((folder) => runsIn(folder, 'strace.log'));
  for (const run of runs) seen.push(...(await seenContainers(run)));
  const misses: string[] = [];
  const calibration: CalibrationRow[] = CALIBRATION_STEPS.slice(1).map((to, i) => {
    return { from: CALIBRATION_STEPS[i]!, to, said: 0, count: 0, right: 0 };
  });
  const answered = seen.map((container) => ({ container, right: answers(container) }));
  for (const { container, right } of answered) {
    const { run, truth, grown } = container;
    const best = grown.estimate.candidates[0];
    const row = calibration.find(({ to }) => (best?.probability ?? 0) < to)!;
    row.count++;
    row.said += best?.probability ?? 0;
    if (right['size first']) row.right++;
    const wrong = Object.keys(right).filter((question) => !right[question]);
    const said = `${grown.estimate.rule} ${best?.elementBytes} × ${best?.capacity}`;
    const is = `${truth.kind} ${truth.elem_size} × ${truth.capacity}`;
    if (wrong.length > 0) misses.push(`${run} ${is}: ${said}, wrong: ${wrong.join(', ')}`);
  }
  const certainAndWrong = seen.filter(isCertainAndWrong).map(({ run }) => run);
  const questions = Object.keys(answered[0]?.right ?? {});
  const rows = Object.entries(GROUPS).map(([group, isIn]) => {
    const members = answered.filter(({ container }) => isIn(container));
    const right = Object.fromEntries(
      questions.map((question) => [question, members.filter((one) => one.right[question]).length]),
    );
    return { group, count: members.length, right };
  });
  return { rows, calibration, misses, certainAndWrong };
}
