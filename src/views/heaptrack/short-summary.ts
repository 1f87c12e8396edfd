import type { OwnLinesResult } from '../../results/heap/own-lines-schema.ts';
import type { HeapResult } from '../../results/heap/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, type Cell, counted, type Fact, percent, type Section, seconds } from '../report.ts';
import { blockCells, furtherFacts, peakMoment, totalCells } from './cost-facts.ts';
import { lostFacts } from './lifetime-section.ts';
import { inexactNotes, inexactTopics, shownFacts } from './summary.ts';

/** The recording as a whole, in three lines; what else bounds the figures follows. */
export function shortSummary(result: HeapResult, lines: OwnLinesResult): Section {
  const { blocks, window, shown } = result;
  return {
    facts: [
      ...peakFacts(result),
      ...askedFacts(result),
      ...leakFacts(result, lines),
      ...furtherFacts(result),
      ...(window
        ? [
            {
              label: 'only',
              cells: ['from', seconds(window.fromSeconds), 'to', seconds(window.toSeconds)],
            },
          ]
        : []),
      ...(shown ? shownFacts(shown, result) : []),
      ...(blocks ? lostFacts(blocks) : []),
    ],
    notes: inexactNotes(result),
    topics: inexactTopics(result),
  };
}

/** Parts of a line, with dots between them. */
const dotted = (parts: readonly (readonly Cell[])[]): Cell[] =>
  parts
    .filter((cells) => cells.length > 0)
    .flatMap((cells, i) => (i === 0 ? cells : ['·', ...cells]));

function peakFacts(result: HeapResult): Fact[] {
  const { peakBytes: peak, peakResidentBytes: resident } = result.totals;
  const rss: Cell[] =
    resident === null
      ? []
      : ['peak RSS', bytes(resident), `with ${result.recording.recorder.tool} itself`];
  if (peak === null) return resident === null ? [] : [{ label: 'peak RSS', cells: rss.slice(1) }];
  const live = [
    ...totalCells(result, 'peak', peak),
    ...blockCells(result, 'peakBlocks'),
    ...peakMoment(result),
  ];
  return [{ label: 'peak heap', cells: dotted([live, rss]), topic: TOPICS.peakBytes }];
}

function askedFacts(result: HeapResult): Fact[] {
  const { allocatedBytes: allocated, calls, temporary, temporaryPercent } = result.totals;
  const asked = [
    ...(allocated === null ? [] : totalCells(result, 'allocated', allocated)),
    ...(calls === null
      ? []
      : [...(allocated === null ? [] : ['by']), ...totalCells(result, 'calls', calls), 'calls']),
  ];
  if (asked.length === 0) return [];
  const short: Cell[] =
    temporary === null
      ? []
      : [
          ...totalCells(result, 'temporary', temporary),
          'of them temporary',
          ...(temporaryPercent === null ? [] : ['=', percent(temporaryPercent)]),
        ];
  return [{ label: 'allocated', cells: dotted([asked, short]), topic: TOPICS.temporary }];
}

function ownWords(own: number, leaked: number): Cell[] {
  if (own === 0) return ['none of it in your code'];
  return own === leaked ? ['all of it in your code'] : [bytes(own), 'of it in your code'];
}

function leakLabel({ window, recording }: HeapResult): string {
  if (window !== null) return 'added and not freed';
  return recording.isSnapshot ? 'live' : 'never freed';
}

function leakFacts(
  result: HeapResult,
  { basis, leakingPlaces, ownLeakedBytes }: OwnLinesResult,
): Fact[] {
  const { leakedBytes: leaked, suppressedLeakedBytes: suppressed } = result.totals;
  if (leaked === null) return [];
  // Places are those that a filter has left, bytes those of the whole recording.
  const isFiltered = result.shown !== null;
  const where: Cell[] =
    isFiltered || leakingPlaces === 0 ? [] : ['at', ...counted(leakingPlaces, 'place')];
  const own = isFiltered || basis !== 'own' || leaked === 0 ? [] : ownWords(ownLeakedBytes, leaked);
  const hidden: Cell[] = suppressed > 0 ? ['and', bytes(suppressed), 'suppressed'] : [];
  return [
    {
      label: leakLabel(result),
      cells: dotted([
        [...totalCells(result, 'leaked', leaked), ...blockCells(result, 'leakedBlocks'), ...where],
        own,
        hidden,
      ]),
      topic: TOPICS.leakedBytes,
    },
  ];
}
