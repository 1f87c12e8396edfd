import { COST_KINDS, type CostKind, type HeapCosts } from '../../analysis/heap/costs.ts';
import type { HeapDifference, HeapFindings, HeapSummary } from '../../analysis/heap/findings.ts';
import type { Inexactness } from '../../model/heap-profile.ts';
import type { TopicId } from '../../model/topic.ts';
import { TOPICS } from '../../results/topics.ts';
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
import { moment } from './moment.ts';
import { COLUMN_TITLES, costQuantity } from './stack-style.ts';

/** The recording as a whole. */
export function summarySection({ summary, shown }: HeapFindings): Section {
  return {
    facts: [
      ...facts(summary),
      ...(summary.lives ? lifeFacts(summary.lives) : []),
      ...shownFacts(shown, summary),
    ],
    notes: [...temporaryNote(summary), ...inexactNotes(summary)],
  };
}

function temporaryNote({ temporaryRule, recording: { recorder } }: HeapSummary): Cell[][] {
  switch (temporaryRule) {
    case undefined:
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

const DEGREES: Record<Inexactness['kind'], string> = {
  'at-least': 'at least as much as shown',
  sampled: '≈, from a sample',
};

/** Which costs are not exact, and why. */
function inexactNotes({ inexact }: HeapSummary): Cell[][] {
  return COST_KINDS.flatMap((kind) => {
    const why = inexact[kind];
    return why ? [[`${COLUMN_TITLES[kind]}: ${DEGREES[why.kind]}, because ${why.because}`]] : [];
  });
}

/** Facts of what was recorded; the others have none. */
function facts(summary: HeapSummary): Fact[] {
  const { recording, totals, suppressed, window, inexact, clock, sums, kinds } = summary;
  const { runtime, calls, temporary, allocated, peak, peakTime, peakResident, leaked } = totals;
  const { tool, version } = recording.recorder;
  const cost = (kind: CostKind, value: number): Cell[] => [
    ...(inexact[kind]?.kind === 'at-least' ? ['at least'] : []),
    costQuantity(kind, value, { figures: 'total', inexact }),
  ];
  const rate = (value: number): Cell[] =>
    runtime === undefined || clock !== undefined ? [] : ['=', perSecond(value / runtime)];
  const sum = (kind: CostKind, label: string, ...words: readonly string[]): Fact | false =>
    kinds.includes(kind) && { label, cells: [...cost(kind, sums[kind]), ...words] };
  const inBlocks = (kind: CostKind): Cell[] =>
    kinds.includes(kind)
      ? ['in', ...cost(kind, sums[kind]), sums[kind] === 1 ? 'block' : 'blocks']
      : [];
  const all: (Fact | false | undefined)[] = [
    recording.debuggee !== undefined && {
      label: 'program',
      cells: [captured(recording.debuggee)],
    },
    {
      label: 'recorded by',
      cells: [
        version === undefined ? tool : `${tool} ${version}`,
        recording.attached ? '(attached)' : '',
      ],
    },
    window
      ? { label: 'only', cells: ['from', seconds(window.from), 'to', seconds(window.to)] }
      : runtime !== undefined && { label: 'total runtime', cells: moment(runtime, clock) },
    calls !== undefined && {
      label: 'allocation calls',
      cells: [...cost('calls', calls), ...rate(calls)],
    },
    temporary !== undefined && {
      label: 'temporary allocations',
      cells: [
        ...cost('temporary', temporary),
        ...rate(temporary),
        ...(calls !== undefined && calls > 0
          ? ['=', percent((100 * temporary) / calls), 'of all calls']
          : []),
      ],
      topic: TOPICS.temporary,
    },
    allocated !== undefined && {
      label: 'allocated in total',
      cells: [...cost('allocated', allocated), 'frees not subtracted'],
    },
    peak !== undefined && {
      label: 'peak heap',
      cells: [
        ...cost('peak', peak),
        ...inBlocks('peakBlocks'),
        ...(peakTime === undefined ? [] : ['after', ...moment(peakTime, clock)]),
      ],
      topic: TOPICS.peakBytes,
    },
    peakResident !== undefined && {
      label: 'peak RSS',
      cells: [bytes(peakResident), `with ${tool} itself`],
      topic: TOPICS.residentBytes,
    },
    leaked !== undefined && {
      label: leakedLabel(summary),
      cells: [
        ...cost('leaked', leaked - suppressed.leaked),
        ...inBlocks('leakedBlocks'),
        ...(suppressed.leaked > 0 ? ['and', bytes(suppressed.leaked), 'suppressed'] : []),
      ],
      topic: TOPICS.leakedBytes,
    },
    sum('reads', 'read', 'by the program, in blocks of the heap'),
    sum('writes', 'written', 'by the program, in blocks of the heap'),
    sum('copied', 'copied'),
    sum('copies', 'copies', 'by memcpy and its like'),
    sum('events', 'events'),
    sum('units', 'units'),
  ];
  return all.filter((fact) => fact !== false && fact !== undefined);
}

function leakedLabel({ window, recording }: HeapSummary): string {
  if (window !== undefined) return 'added and not freed';
  return recording.isSnapshot ? 'live' : 'leaked';
}

/** What is left of everything when only some stacks are looked at. */
function shownFacts(shown: HeapCosts | undefined, { totals }: HeapSummary): Fact[] {
  if (shown === undefined) return [];
  const { peak, calls } = totals;
  const parts: Cell[][] = [
    ...(peak === undefined ? [] : [[bytes(shown.peak), 'of', bytes(peak), 'at the peak']]),
    ...(calls === undefined ? [] : [[count(shown.calls), 'of', count(calls), 'calls']]),
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

const DIFFERENCES: readonly [
  label: string,
  kind: 'bytes' | 'count',
  value: (of: HeapSummary) => number | undefined,
  topic?: TopicId,
][] = [
  ['allocation calls', 'count', ({ totals }) => totals.calls],
  ['temporary allocations', 'count', ({ totals }) => totals.temporary, TOPICS.temporary],
  ['allocated in total', 'bytes', ({ totals }) => totals.allocated],
  ['peak heap', 'bytes', ({ totals }) => totals.peak, TOPICS.peakBytes],
  [
    'leaked',
    'bytes',
    ({ totals: { leaked }, suppressed }) =>
      leaked === undefined ? undefined : leaked - suppressed.leaked,
    TOPICS.leakedBytes,
  ],
];

/** Two recordings as wholes: before, after, and what changed. */
export function differenceSection({ before, after }: HeapDifference): Section {
  const rows = DIFFERENCES.flatMap(([label, kind, value, topic]) => {
    const [was, is] = [value(before), value(after)];
    if (was === undefined || is === undefined) return [];
    const relative = was === 0 ? undefined : percent((100 * (is - was)) / was);
    const cells = [label, { kind, value: was }, { kind, value: is }, change(kind, is - was)];
    return [{ cells: [...cells, relative], topic }];
  });
  return {
    table: {
      columns: [left(''), right('before'), right('after'), right('change'), right('')],
      rows,
    },
    notes: [...temporaryNote(after), ...inexactNotes(after)],
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
