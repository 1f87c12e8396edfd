/** What `memtool heaptrack --growth` says of containers whose truth is known, by its JSON. */
import path from 'node:path';
import { growthSites } from '../src/analysis/growth/from-heap/growth-sites.ts';
import { hasSizes } from '../src/model/heap-profile.ts';
import { growthResult } from '../src/results/heap/growth-result.ts';
import type { GrowthResult } from '../src/results/heap/growth-schema.ts';
import { canGrow, runsIn, type TrueContainer, truthOf } from './growth-truth.ts';
import { ingestOnce } from './ingest-once.ts';

export interface RecordingScore {
  containers: number;
  /** A site where a container of just its largest block grew no further. */
  found: number;
  sizeRight: number;
  listed: number;
  /** Sizes that are `certain`, and others. */
  certainAndWrong: number;
  advised: number;
  /** The capacity that it reached, or only its bytes. */
  advisedRight: number;
  readonly misses: string[];
}

export async function recordingScore(folders: readonly string[]): Promise<RecordingScore> {
  const score: RecordingScore = {
    containers: 0,
    found: 0,
    sizeRight: 0,
    listed: 0,
    certainAndWrong: 0,
    advised: 0,
    advisedRight: 0,
    misses: [],
  };
  for (const run of folders.flatMap((folder) => runsIn(folder, 'heaptrack.zst'))) {
    const sites = await sitesOf(path.join(run, 'heaptrack.zst'));
    for (const truth of truthOf(run).containers.filter(hasGrown))
      scoreOne(run, truth, sites, score);
  }
  return score;
}

async function sitesOf(source: string): Promise<GrowthResult[]> {
  const asks = { 'heap-profile': { growthSteps: true } };
  const { capture } = await ingestOnce({ source, wants: 'heap-profile', asks });
  const profile = capture?.artifact;
  return profile && hasSizes(profile) ? growthSites(profile).map(growthResult) : [];
}

const hasGrown = (one: TrueContainer): boolean => canGrow(one) && one.events.length > 1;

function scoreOne(
  run: string,
  truth: TrueContainer,
  sites: readonly GrowthResult[],
  score: RecordingScore,
): void {
  const { capacity, bytes } = largest(truth);
  const ending = sites.filter(({ capacities }) =>
    capacities.some((one) => one.bytes === bytes && one.ended > 0),
  );
  const isOfSize = ({ elementBytes }: GrowthResult) => elementBytes?.value === truth.elem_size;
  const site = ending.find(isOfSize) ?? ending[0];
  score.containers++;
  const name = `${run} ${truth.name}, ${truth.kind} ${truth.elem_size} × ${capacity}`;
  if (site === undefined) {
    score.misses.push(`${name}: not found`);
    return;
  }
  score.found++;
  const { elementBytes: element, advice } = site;
  if (isOfSize(site)) score.sizeRight++;
  else score.misses.push(`${name}: elements of ${element?.value} bytes`);
  if (isOfSize(site) || element?.rivals.includes(truth.elem_size)) score.listed++;
  if (!isOfSize(site) && element?.certainty === 'certain') score.certainAndWrong++;
  // Of a site's containers the largest is the one that the advice is for.
  if (advice === null || site.largestBytes.value !== bytes) return;
  score.advised++;
  const asked = advice.elements?.value;
  if (asked === undefined || asked === capacity) score.advisedRight++;
  else score.misses.push(`${name}: ${advice.call}(${asked})`);
}

/** The largest that it was: some shrank afterwards. A dict's events are in bytes. */
function largest({ kind, events, capacity, cap_bytes, elem_size }: TrueContainer) {
  const most = kind === 'PyDict' ? capacity : Math.max(...events.map(({ cap }) => cap));
  return most > capacity
    ? { capacity: most, bytes: most * elem_size }
    : { capacity, bytes: cap_bytes };
}
