import type { CostKind, HeapCosts } from '../../analysis/heap/costs.ts';
import type { HeapFindings } from '../../analysis/heap/findings.ts';
import type { HotSpot, Ranking } from '../../analysis/heap/hot-spots.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { formatAddress } from '../../model/address.ts';
import {
  bytes,
  type Cell,
  captured,
  count,
  type Fact,
  percent,
  perSecond,
  type Report,
  type Row,
  type Section,
  seconds,
} from '../report.ts';

const TITLES: Record<CostKind, string> = {
  peak: 'Live at the peak, by place',
  calls: 'Allocation calls, by place',
  temporary: 'Temporary allocations, by place',
  leaked: 'Never freed, by place',
  allocated: 'Bytes allocated in total, by place',
};

const COLUMN_TITLES: Record<CostKind, string> = {
  peak: 'at peak',
  calls: 'calls',
  temporary: 'temporary',
  leaked: 'leaked',
  allocated: 'allocated',
};

/** The report of `memtool heaptrack`. */
export function heaptrackReport(findings: HeapFindings, input: string): Report {
  return {
    title: [captured(input)],
    sections: [
      { facts: summary(findings), notes: [TEMPORARY_RULE] },
      ...findings.rankings.filter(({ spots }) => spots.length > 0).map(rankingSection),
    ],
  };
}

const TEMPORARY_RULE = [
  "temporary: heaptrack's rule, a free right after an allocation of the same size and stack",
];

function summary({ recording, totals, suppressed }: HeapFindings): Fact[] {
  const rate = (value: number) => perSecond(value / totals.runtime);
  const facts: (Fact | undefined)[] = [
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
    { label: 'total runtime', cells: [seconds(totals.runtime)] },
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
    },
    { label: 'allocated in total', cells: [bytes(totals.allocated), 'frees not subtracted'] },
    { label: 'peak heap', cells: [bytes(totals.peak), 'after', seconds(totals.peakTime)] },
    totals.peakResident === undefined
      ? undefined
      : { label: 'peak RSS', cells: [bytes(totals.peakResident), 'with heaptrack itself'] },
    {
      label: 'leaked',
      cells: [
        bytes(totals.leaked - suppressed.leaked),
        ...(suppressed.leaked > 0
          ? ['and', bytes(suppressed.leaked), 'suppressed, which every program has']
          : []),
      ],
    },
  ];
  return facts.filter((fact) => fact !== undefined);
}

function rankingSection({ by, spots, others }: Ranking): Section {
  const rows = spots.flatMap((spot) => spotRows(spot, by));
  if (others.count > 0) {
    rows.push(costRow(others.costs, by, `${others.count} other places`, 0));
  }
  return {
    title: TITLES[by],
    table: {
      columns: [
        { title: COLUMN_TITLES[by], align: 'right' },
        ...(by === 'calls' ? [] : [{ title: 'calls', align: 'right' } as const]),
        { title: 'place, and the stacks that lead to it', align: 'left' },
      ],
      rows,
    },
  };
}

/** The place itself, then each stack: its cost on the line of its first caller. */
function spotRows(spot: HotSpot, by: CostKind): Row[] {
  const [head, ...inlinedInto] = spot.place;
  const rows: Row[] = [
    { ...costRow(spot.costs, by, frameCell(head!), 0), strong: true },
    ...inlinedInto.map((frame) => frameRow(frame, by, 1)),
  ];
  for (const { frames, costs } of spot.stacks) {
    const callers = frames.slice(spot.place.length);
    if (spot.stacks.length === 1 && spot.otherStacks.count === 0) {
      rows.push(...callers.map((frame) => frameRow(frame, by, 1)));
      continue;
    }
    const [first, ...rest] = callers;
    rows.push(costRow(costs, by, first ? frameCell(first) : '(no caller recorded)', 1));
    rows.push(...rest.map((frame) => frameRow(frame, by, 2)));
  }
  const { count: hidden, costs } = spot.otherStacks;
  if (hidden > 0) rows.push(costRow(costs, by, `${hidden} other stacks`, 1));
  return rows;
}

function costRow(costs: HeapCosts, by: CostKind, place: Cell, depth: number): Row {
  const value = by === 'calls' || by === 'temporary' ? count(costs[by]) : bytes(costs[by]);
  return { cells: by === 'calls' ? [value, place] : [value, count(costs.calls), place], depth };
}

function frameRow(frame: StackFrame, by: CostKind, depth: number): Row {
  const empty = by === 'calls' ? [undefined] : [undefined, undefined];
  return { cells: [...empty, frameCell(frame)], depth };
}

/** `load  src/main.rs:29`, or module and address where no name is known. */
function frameCell({ name, file, line, module, address }: StackFrame): Cell {
  const where = file === undefined ? `in ${module ?? '?'}` : `at ${file}:${line}`;
  return captured(`${name ?? formatAddress(address)}  ${where}`);
}
