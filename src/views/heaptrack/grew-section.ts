import { splitTop } from '../../model/split-top.ts';
import { claimOf } from '../../results/claim.ts';
import type { GrowthResult } from '../../results/heap/growth-schema.ts';
import type { HeapResult } from '../../results/heap/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { claimedBytes, claimedCount } from '../growth-words.ts';
import { type Cell, captured, counted, type Section } from '../report.ts';
import { adviceCells } from './growth-section.ts';
import { ownFunction } from './short-names.ts';
import { placeWords } from './stack-style.ts';

/** Sites that are told; of the others there is `--growth`. */
const MOST_SITES = 2;

/** What is worth a line: copies of so much of all bytes, or so much of what was live at the peak. */
const LEAST_COPIED = 0.01;
const LEAST_AT_PEAK = 0.05;

/** The containers that grew most, each with its advice, in a sentence. */
export function grewSection({ growth, totals }: HeapResult): Section[] {
  const { allocatedBytes: allocated, peakBytes: peak } = totals;
  const telling = (growth ?? []).filter(
    ({ copiedBytes, peakBytes }) =>
      copiedBytes.value >= LEAST_COPIED * (allocated ?? 0) ||
      peakBytes >= LEAST_AT_PEAK * (peak ?? 0),
  );
  if (telling.length === 0) return [];
  const { shown, rest } = splitTop(telling, MOST_SITES);
  const notes = shown.map(siteCells);
  if (rest.length > 0) notes.push([...counted(rest.length, 'other site'), 'with --growth']);
  return [{ title: 'Grew', notes, topics: [TOPICS.growthRule] }];
}

function siteCells(site: GrowthResult): Cell[] {
  const { container, containers, elementBytes, largestBytes, advice } = site;
  const many = containers.value === 1 ? [] : [claimedCount(claimOf(containers)), '×'];
  const own = site.function === null ? '(no name known)' : ownFunction(site.function);
  const what: Cell[] = [
    ...many,
    captured(container.value, container.because !== null),
    ...(elementBytes ? ['of', claimedBytes(claimOf(elementBytes))] : []),
    'in',
    captured(own),
    'at',
    captured(placeWords(site)),
    'to',
    claimedBytes(claimOf(largestBytes)),
  ];
  if (advice === null) return what;
  return [...what, '·', ...adviceCells(advice)];
}
