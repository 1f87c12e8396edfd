import { costIn } from '../../results/heap/costs.ts';
import type { HeapDifferenceResult } from '../../results/heap/heap-result.ts';
import type { HeapResult } from '../../results/heap/schema.ts';
import type { CostName, CostsResult } from '../../results/heap/stack-schema.ts';
import { type TotalChange, totalChanges } from '../../results/heap/summary-result.ts';
import type { InexactResult, SummaryResult } from '../../results/heap/summary-schema.ts';
import { TOPICS, topicOfField } from '../../results/topics.ts';
import {
  bytes,
  type Cell,
  captured,
  count,
  type Fact,
  left,
  percent,
  perSecond,
  right,
  type Section,
  seconds,
} from '../report.ts';
import { blockCells, furtherFacts, peakMoment, totalCells } from './cost-facts.ts';
import { lifeFacts } from './lifetime-section.ts';
import { moment } from './moment.ts';
import { columnTitle, costQuantity, type StackStyle } from './stack-style.ts';

/** The recording as a whole. */
export function summarySection(result: HeapResult): Section {
  const { blocks, shown } = result;
  return {
    facts: [
      ...facts(result),
      ...(blocks ? lifeFacts(blocks) : []),
      ...(shown ? shownFacts(shown, result) : []),
    ],
    notes: [...temporaryNote(result), ...inexactNotes(result)],
    topics: inexactTopics(result),
  };
}

/** What explains figures that are not exact. */
export const inexactTopics = ({ inexact }: SummaryResult) =>
  inexact.some(({ kind }) => kind === 'sampled') ? [TOPICS.sampled] : [];

function temporaryNote({ temporaryRule, recording: { recorder } }: SummaryResult): Cell[][] {
  switch (temporaryRule) {
    case null:
      return [];
    case 'exact':
      return [['temporary: an allocation followed directly by the free of that block']];
    case 'same-info':
      return [
        [
          `temporary: ${recorder.tool}'s rule, a free right after an allocation of the same size and stack`,
        ],
      ];
  }
}

const DEGREES: Record<InexactResult[number]['kind'], string> = {
  'at-least': 'at least as much as shown',
  sampled: '≈, from a sample',
};

/** Which costs are not exact, and why. */
export const inexactNotes = ({ inexact, recording }: SummaryResult): Cell[][] =>
  [...new Set(inexact.map(({ kind, because }) => `${DEGREES[kind]}, because ${because}`))].map(
    (reason) => {
      const costs = inexact.filter(
        ({ kind, because }) => `${DEGREES[kind]}, because ${because}` === reason,
      );
      const titles = costs.map(({ cost }) => columnTitle(cost, recording));
      return [`${[...new Set(titles)].join(', ')}: ${reason}`];
    },
  );

/** Facts of what was recorded; the others have none. */
function facts(summary: SummaryResult): Fact[] {
  const { recording, totals, window, clock } = summary;
  const { tool, version } = recording.recorder;
  const end = clock ? clock.end : totals.runtimeSeconds;
  const cost = (kind: CostName, value: number) => totalCells(summary, kind, value);
  const rate = (value: number | null): Cell[] => (value === null ? [] : ['=', perSecond(value)]);
  const all: (Fact | false)[] = [
    recording.debuggee !== null && {
      label: 'program',
      cells: [captured(recording.debuggee)],
    },
    {
      label: 'recorded by',
      cells: [
        version === null ? tool : `${tool} ${version}`,
        recording.attached ? '(attached)' : '',
      ],
    },
    window
      ? {
          label: 'only',
          cells: ['from', seconds(window.fromSeconds), 'to', seconds(window.toSeconds)],
        }
      : end !== null && { label: 'total runtime', cells: moment(end, clock?.counts) },
    totals.calls !== null && {
      label: 'allocation calls',
      cells: [...cost('calls', totals.calls), ...rate(totals.callsPerSecond)],
    },
    totals.temporary !== null && {
      label: 'temporary allocations',
      cells: [
        ...cost('temporary', totals.temporary),
        ...rate(totals.temporaryPerSecond),
        ...(totals.temporaryPercent === null
          ? []
          : ['=', percent(totals.temporaryPercent), 'of all calls']),
      ],
      topic: TOPICS.temporary,
    },
    totals.allocatedBytes !== null && {
      label: 'allocated in total',
      cells: [...cost('allocated', totals.allocatedBytes), 'frees not subtracted'],
    },
    totals.peakBytes !== null && {
      label: 'peak heap',
      cells: [
        ...cost('peak', totals.peakBytes),
        ...blockCells(summary, 'peakBlocks'),
        ...peakMoment(summary),
      ],
      topic: TOPICS.peakBytes,
    },
    totals.peakResidentBytes !== null && {
      label: 'peak RSS',
      cells: [bytes(totals.peakResidentBytes), `with ${tool} itself`],
      topic: TOPICS.residentBytes,
    },
    totals.leakedBytes !== null && {
      label: leakedLabel(summary),
      cells: [
        ...cost('leaked', totals.leakedBytes),
        ...blockCells(summary, 'leakedBlocks'),
        ...(totals.suppressedLeakedBytes > 0
          ? ['and', bytes(totals.suppressedLeakedBytes), 'suppressed']
          : []),
      ],
      topic: TOPICS.leakedBytes,
    },
    ...furtherFacts(summary),
  ];
  return all.filter((fact) => fact !== false);
}

function leakedLabel({ window, recording }: SummaryResult): string {
  if (window !== null) return 'added and not freed';
  return recording.isSnapshot ? 'live' : 'leaked';
}

/** What is left of everything when only some stacks are looked at. */
export function shownFacts(shown: CostsResult, { totals }: SummaryResult): Fact[] {
  const { peakBytes: peak, calls } = totals;
  const parts: Cell[][] = [
    ...(peak === null ? [] : [[bytes(costIn(shown, 'peak')), 'of', bytes(peak), 'at the peak']]),
    ...(calls === null ? [] : [[count(costIn(shown, 'calls')), 'of', count(calls), 'calls']]),
  ];
  if (parts.length === 0) return [];
  return [{ label: 'shown below', cells: listed(parts) }];
}

/** With commas between them. */
function listed(parts: readonly Cell[][]): Cell[] {
  return parts.flatMap((cells, i) =>
    i < parts.length - 1 ? [...cells.slice(0, -1), `${cells.at(-1)},`] : cells,
  );
}

const TOTALS: Record<TotalChange['total'], readonly [label: string, cost: CostName]> = {
  calls: ['allocation calls', 'calls'],
  temporary: ['temporary allocations', 'temporary'],
  allocatedBytes: ['allocated in total', 'allocated'],
  peakBytes: ['peak heap', 'peak'],
  leakedBytes: ['leaked', 'leaked'],
};

/** Two recordings as wholes: before, after, and what changed. */
export function differenceSection({
  comparedWith: before,
  ...after
}: HeapDifferenceResult): Section {
  const rows = totalChanges(before, after).map((total) => {
    const [label, cost] = TOTALS[total.total];
    const isLive = cost === 'leaked' && before.recording.isSnapshot && after.recording.isSnapshot;
    const { changePercent } = total;
    const value = (of: SummaryResult, figures: StackStyle['figures'], amount: number) =>
      costQuantity(cost, amount, { figures, inexact: of.inexact });
    const inexact = [...before.inexact, ...after.inexact];
    return {
      cells: [
        isLive ? 'live' : label,
        value(before, 'total', total.before),
        value(after, 'total', total.after),
        value({ ...after, inexact }, 'change', total.change),
        changePercent === undefined ? undefined : percent(changePercent),
      ],
      topic: topicOfField(total.total),
    };
  });
  return {
    table: {
      columns: [left(''), right('before'), right('after'), right('change'), right('')],
      rows,
    },
    notes: [
      ...temporaryNote(after),
      ...inexactNotes({ ...after, inexact: [...before.inexact, ...after.inexact] }),
      ...(before.ways ?? []).map((words) => [words]),
    ],
  };
}

/** What the leak rules hid. */
export function suppressionSection({ suppressions }: SummaryResult): Section {
  const rows = suppressions.map(({ pattern, source, stacks, leakedBytes }) => ({
    cells: [bytes(leakedBytes), count(stacks), captured(pattern), source],
  }));
  if (rows.length === 0) return { title: 'Suppressed leaks', notes: [['no suppression matched']] };
  return {
    title: 'Suppressed leaks',
    table: {
      columns: [
        right('leaked', TOPICS.leakedBytes),
        right('stacks'),
        left('pattern', 'middle'),
        left('from'),
      ],
      rows,
    },
  };
}
