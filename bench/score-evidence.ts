/**
 * What memtool says of containers that grew when it has more than a log: the JSON of `memtool explain`, with
 * and without a count of elements, a memory map and a heap recording.
 */
import path from 'node:path';
import { readStory } from '../src/app/read-story.ts';
import { growthResult } from '../src/results/calls/growth-result.ts';
import type { GrowthResult } from '../src/results/calls/growth-schema.ts';
import type { StoryResult } from '../src/results/story/schema.ts';
import { storyResult } from '../src/results/story/story-result.ts';
import {
  canGrow,
  isIn,
  mapOf,
  recordingOf,
  runsIn,
  type TrueContainer,
  truthOf,
} from './growth-truth.ts';
import { ingestOnce } from './ingest-once.ts';

/** What is known beside the log. */
interface Evidence {
  readonly name: string;
  readonly elements?: boolean;
  readonly map?: boolean;
  readonly recording?: boolean;
}

const EVIDENCE: readonly Evidence[] = [
  { name: 'the log alone' },
  { name: 'and the count of elements', elements: true },
  { name: 'and a memory map', map: true },
  { name: 'and a recording', recording: true },
  { name: 'and map and count', map: true, elements: true },
  { name: 'and all three', map: true, elements: true, recording: true },
];

export interface EvidenceRow {
  readonly name: string;
  containers: number;
  sizeFirst: number;
  /** Right with a part of this evidence, and wrong with all of it. */
  lost: number;
  listed: number;
  bytes: number;
  /** Sizes of which 99 % or more is said. */
  sure: number;
  sureAndRight: number;
  /** Containers of which the elements in use are told, and where the true count is among these. */
  inUse: number;
  inUseAndRight: number;
}

interface Told {
  readonly growth: GrowthResult['containers'];
  readonly story: StoryResult['containers'];
}

/** How surely a size must be told to be counted as sure. */
const SURE_PERCENT = 99;

export async function evidenceScore(folders: readonly string[]): Promise<EvidenceRow[]> {
  const rows = EVIDENCE.map(({ name }) => emptyRow(name));
  for (const run of folders.flatMap((folder) => runsIn(folder, 'strace.log'))) {
    const alone = await tell(run, {}, undefined);
    for (const truth of truthOf(run).containers.filter(canGrow)) {
      if (containerOf(truth, alone.growth) !== undefined) await ask(run, truth, alone, rows);
    }
  }
  return rows;
}

async function ask(run: string, truth: TrueContainer, alone: Told, rows: readonly EvidenceRow[]) {
  const right: Evidence[] = [];
  const line = containerOf(truth, alone.growth)!.steps[0]!.line;
  for (const [i, evidence] of EVIDENCE.entries()) {
    if ((evidence.map && !mapOf(run)) || (evidence.recording && !recordingOf(run))) continue;
    const told = i === 0 ? alone : await tell(run, evidence, { elements: truth.len, line });
    const row = rows[i]!;
    row.containers++;
    const container = containerOf(truth, told.growth);
    const sizes = container?.candidates ?? [];
    if (sizes[0]?.elementBytes === truth.elem_size) {
      row.sizeFirst++;
      right.push(evidence);
    } else if (right.some((part) => isPartOf(part, evidence))) row.lost++;
    if (sizes.some(({ elementBytes }) => elementBytes === truth.elem_size)) row.listed++;
    if (container?.steps.at(-1)?.requestedBytes === truth.cap_bytes) row.bytes++;
    if (sizes[0] && sizes[0].percent >= SURE_PERCENT) {
      row.sure++;
      if (sizes[0].elementBytes === truth.elem_size) row.sureAndRight++;
    }
    const address = container?.steps.at(-1)?.address;
    const inUse = told.story.find((one) => one.address === address)?.elements;
    if (!inUse) continue;
    row.inUse++;
    if (inUse.least <= truth.len && truth.len <= inUse.most) row.inUseAndRight++;
  }
}

const isPartOf = (part: Evidence, whole: Evidence): boolean =>
  (!part.elements || whole.elements === true) &&
  (!part.map || whole.map === true) &&
  (!part.recording || whole.recording === true);

/** What is told with some evidence; of it, the elements are those of the container on a line. */
async function tell(
  run: string,
  evidence: Omit<Evidence, 'name'>,
  known: { readonly elements: number; readonly line: number } | undefined,
): Promise<Told> {
  const files = [
    path.join(run, 'strace.log'),
    evidence.map ? mapOf(run) : undefined,
    evidence.recording ? recordingOf(run) : undefined,
  ].filter((file) => file !== undefined);
  const query = {
    pageBytes: 4096,
    ...(evidence.elements && known
      ? { witness: { elements: known.elements }, line: known.line }
      : {}),
  };
  const { story, captures } = await readStory({ files, query, ingest: ingestOnce });
  const { space } = story.witnesses;
  return {
    growth: space ? growthResult(space.growth).containers : [],
    story: storyResult(story, captures).containers,
  };
}

/** The told container that a true one is. */
function containerOf(truth: TrueContainer, told: Told['growth']) {
  return told.find(({ steps }) => {
    const { address, mappedBytes } = steps.at(-1)!;
    return isIn(truth, Number.parseInt(address, 16), mappedBytes);
  });
}

/** Containers below this lie in malloc's heap: glibc's M_MMAP_THRESHOLD, mallopt(3). */
const MMAP_THRESHOLD = 128 * 1024;

/** Runs in which nothing grows in a mapping, and those of which memtool says that something does. */
export async function falseGrowth(folders: readonly string[]) {
  const runs = folders.flatMap((folder) => runsIn(folder, 'strace.log')).filter(isControl);
  const wrong: string[] = [];
  for (const run of runs) {
    const { growth } = await tell(run, {}, undefined);
    if (growth.length > 0) wrong.push(run);
  }
  return { runs: runs.length, wrong };
}

function isControl(run: string): boolean {
  const { lang, containers } = truthOf(run);
  const isHidden = (one: TrueContainer) =>
    lang === 'go' || !canGrow(one) || one.cap_bytes < MMAP_THRESHOLD;
  return containers.every(isHidden);
}

const emptyRow = (name: string): EvidenceRow => ({
  name,
  containers: 0,
  sizeFirst: 0,
  lost: 0,
  listed: 0,
  bytes: 0,
  sure: 0,
  sureAndRight: 0,
  inUse: 0,
  inUseAndRight: 0,
});
