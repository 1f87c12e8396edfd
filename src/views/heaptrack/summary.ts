import type { HeapCosts } from '../../analysis/heap/costs.ts';
import type { HeapDifference, HeapFindings, HeapSummary } from '../../analysis/heap/findings.ts';
import type { TopicId } from '../../model/topic.ts';
import {
  bytes,
  type Cell,
  captured,
  change,
  count,
  type Fact,
  left,
  percent,
  perSecond,
  right,
  type Section,
  seconds,
} from '../report.ts';
import { lifeFacts } from './lifetime-section.ts';

/** The recording as a whole. */
export function summarySection({ summary, shown }: HeapFindings): Section {
  return {
    facts: [
      ...facts(summary),
      ...(summary.lives ? lifeFacts(summary.lives) : []),
      ...shownFacts(shown, summary),
    ],
    notes: [[TEMPORARY_RULES[summary.temporaryRule]]],
  };
}

const TEMPORARY_RULES: Record<HeapSummary['temporaryRule'], string> = {
  'same-info':
    "temporary: heaptrack's rule, a free right after an allocation of the same size and stack",
  exact: 'temporary: an allocation followed directly by the free of that block',
};

function facts({ recording, totals, suppressed, window }: HeapSummary): Fact[] {
  const rate = (value: number) => perSecond(value / totals.runtime);
  const all: (Fact | undefined)[] = [
    recording.debuggee === undefined
      ? undefined
      : { label: 'program', cells: [captured(recording.debuggee)] },
    recording.heaptrackVersion === undefined
      ? undefined
      : {
          label: 'recorded by',
          cells: [
            `heaptrack ${recording.heaptrackVersion}`,
            recording.attached ? '(attached)' : '',
          ],
        },
    window === undefined
      ? { label: 'total runtime', cells: [seconds(totals.runtime)] }
      : { label: 'only', cells: ['from', seconds(window.from), 'to', seconds(window.to)] },
    { label: 'allocation calls', cells: [count(totals.calls), '=', rate(totals.calls)] },
    {
      label: 'temporary allocations',
      cells: [
        count(totals.temporary),
        '=',
        rate(totals.temporary),
        ...(totals.calls > 0
          ? ['=', percent((100 * totals.temporary) / totals.calls), 'of all calls']
          : []),
      ],
      topic: 'temporary-allocations',
    },
    { label: 'allocated in total', cells: [bytes(totals.allocated), 'frees not subtracted'] },
    {
      label: 'peak heap',
      cells: [bytes(totals.peak), 'after', seconds(totals.peakTime)],
      topic: 'peak',
    },
    totals.peakResident === undefined
      ? undefined
      : {
          label: 'peak RSS',
          cells: [bytes(totals.peakResident), 'with heaptrack itself'],
          topic: 'rss-and-pss',
        },
    {
      label: window === undefined ? 'leaked' : 'added and not freed',
      cells: [
        bytes(totals.leaked - suppressed.leaked),
        ...(suppressed.leaked > 0 ? ['and', bytes(suppressed.leaked), 'suppressed'] : []),
      ],
      topic: 'leaks',
    },
  ];
  return all.filter((fact) => fact !== undefined);
}

/** What is left of everything when only some stacks are looked at. */
function shownFacts(shown: HeapCosts | undefined, { totals }: HeapSummary): Fact[] {
  if (shown === undefined) return [];
  const part = (value: Cell, whole: Cell): Cell[] => [value, 'of', whole];
  return [
    {
      label: 'shown below',
      cells: [
        ...part(bytes(shown.peak), bytes(totals.peak)),
        'at the peak,',
        ...part(count(shown.calls), count(totals.calls)),
        'calls',
      ],
    },
  ];
}

const DIFFERENCES: readonly [
  label: string,
  kind: 'bytes' | 'count',
  value: (of: HeapSummary) => number,
  topic?: TopicId,
][] = [
  ['allocation calls', 'count', ({ totals }) => totals.calls],
  ['temporary allocations', 'count', ({ totals }) => totals.temporary, 'temporary-allocations'],
  ['allocated in total', 'bytes', ({ totals }) => totals.allocated],
  ['peak heap', 'bytes', ({ totals }) => totals.peak, 'peak'],
  ['leaked', 'bytes', ({ totals, suppressed }) => totals.leaked - suppressed.leaked, 'leaks'],
];

/** Two recordings as wholes: before, after, and what changed. */
export function differenceSection({ before, after }: HeapDifference): Section {
  const rows = DIFFERENCES.map(([label, kind, value, topic]) => {
    const quantity = (of: HeapSummary) => ({ kind, value: value(of) });
    const delta = value(after) - value(before);
    const relative = value(before) === 0 ? undefined : percent((100 * delta) / value(before));
    return {
      cells: [label, quantity(before), quantity(after), change(kind, delta), relative],
      topic,
    };
  });
  return {
    table: {
      columns: [left(''), right('before'), right('after'), right('change'), right('')],
      rows,
    },
    notes: [[TEMPORARY_RULES[after.temporaryRule]]],
  };
}

/** What the leak rules hid. */
export function suppressionSection({ suppressed }: HeapSummary): Section {
  const rows = suppressed.uses.map(({ rule, stacks, leaked }) => ({
    cells: [bytes(leaked), count(stacks), captured(rule.pattern), rule.source],
  }));
  if (rows.length === 0) return { title: 'Suppressed leaks', notes: [['no suppression matched']] };
  return {
    title: 'Suppressed leaks',
    table: {
      columns: [right('leaked', 'leaks'), right('stacks'), left('pattern', 'middle'), left('from')],
      rows,
    },
  };
}
