import type { CostKind, HeapCosts } from '../../analysis/heap/costs.ts';
import type { HeapFindings } from '../../analysis/heap/findings.ts';
import type { HotSpot, Ranking } from '../../analysis/heap/hot-spots.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { splitTop } from '../../analysis/top.ts';
import { formatAddress } from '../../model/address.ts';
import type { Timeline } from '../../model/timeline.ts';
import {
  bytes,
  type Cell,
  type Column,
  captured,
  count,
  type Fact,
  percent,
  perSecond,
  type Report,
  type Row,
  type Section,
  seconds,
  type Table,
} from '../report.ts';
import { timelineSections } from './timeline.ts';

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

/** In a part of a recording, what was not freed in it is growth, not a leak. */
const WINDOW_TITLES: Record<CostKind, string> = {
  ...TITLES,
  leaked: 'Added in this time and not freed in it, by place',
};

interface HeaptrackReportOptions {
  readonly input: string;
  /** Frames per stack. */
  readonly frames: number;
  /** Drawn where it is given. */
  readonly timeline: Timeline | undefined;
}

/** The report of `memtool heaptrack`. */
export function heaptrackReport(
  findings: HeapFindings,
  { input, frames, timeline }: HeaptrackReportOptions,
): Report {
  const { window, rankings } = findings;
  return {
    title: [captured(input)],
    sections: [
      { facts: summary(findings), notes: [TEMPORARY_RULE] },
      ...(timeline ? timelineSections(timeline, window?.from ?? 0) : []),
      ...rankings
        .filter(({ spots }) => spots.length > 0)
        .map((ranking) => rankingSection(ranking, window ? WINDOW_TITLES : TITLES, frames)),
    ],
  };
}

const TEMPORARY_RULE = [
  "temporary: heaptrack's rule, a free right after an allocation of the same size and stack",
];

function summary({ recording, totals, suppressed, window }: HeapFindings): Fact[] {
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
    },
    { label: 'allocated in total', cells: [bytes(totals.allocated), 'frees not subtracted'] },
    { label: 'peak heap', cells: [bytes(totals.peak), 'after', seconds(totals.peakTime)] },
    totals.peakResident === undefined
      ? undefined
      : { label: 'peak RSS', cells: [bytes(totals.peakResident), 'with heaptrack itself'] },
    {
      label: window === undefined ? 'leaked' : 'added and not freed',
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

function rankingSection(
  { by, spots, others }: Ranking,
  titles: Record<CostKind, string>,
  frameLimit: number,
): Section {
  const table = new RankingTable(by, frameLimit);
  for (const spot of spots) table.addSpot(spot);
  if (others.count > 0) table.addCosts(others.costs, [`${others.count} other places`], 0);
  return { title: titles[by], table: table.finish() };
}

/** Rows of a ranking: a place, and below it each stack with its cost beside its first caller. */
class RankingTable {
  readonly #by: CostKind;
  readonly #frameLimit: number;
  readonly #rows: Row[] = [];

  constructor(by: CostKind, frameLimit: number) {
    this.#by = by;
    this.#frameLimit = frameLimit;
  }

  addSpot(spot: HotSpot): void {
    const [head, ...inlinedInto] = spot.place;
    this.addCosts(spot.costs, frameCells(head!), 0);
    this.#addFrames(inlinedInto, 1);
    const isOnlyStack = spot.stacks.length === 1 && spot.otherStacks.count === 0;
    for (const { frames, costs } of spot.stacks) {
      const callers = frames.slice(spot.place.length);
      if (isOnlyStack) this.#addFrames(callers, 1);
      else {
        this.addCosts(costs, callers[0] ? frameCells(callers[0]) : ['(no caller recorded)'], 1);
        this.#addFrames(callers.slice(1), 2);
      }
    }
    const { count: hidden, costs } = spot.otherStacks;
    if (hidden > 0) this.addCosts(costs, [`${hidden} other stacks`], 1);
  }

  addCosts(costs: HeapCosts, place: readonly Cell[], depth: number): void {
    const by = this.#by;
    const value = by === 'calls' || by === 'temporary' ? count(costs[by]) : bytes(costs[by]);
    const numbers = by === 'calls' ? [value] : [value, count(costs.calls)];
    this.#rows.push({ cells: [...numbers, ...place], depth, strong: depth === 0 });
  }

  finish(): Table {
    const calls: Column[] = this.#by === 'calls' ? [] : [{ title: 'calls', align: 'right' }];
    return {
      columns: [
        { title: COLUMN_TITLES[this.#by], align: 'right' },
        ...calls,
        { title: 'place, and the stacks that lead to it', align: 'left', cut: 'middle' },
        { title: '', align: 'left', cut: 'start' },
      ],
      rows: this.#rows,
    };
  }

  #addFrames(frames: readonly StackFrame[], depth: number): void {
    const empty = this.#by === 'calls' ? [undefined] : [undefined, undefined];
    const { shown, rest } = splitTop(frames, this.#frameLimit);
    for (const frame of shown) this.#rows.push({ cells: [...empty, ...frameCells(frame)], depth });
    if (rest.length === 0) return;
    const bottom = rest.at(-1)!.name ?? '?';
    const more = captured(`… ${rest.length} more, to ${bottom}`);
    this.#rows.push({ cells: [...empty, more], depth });
  }
}

/** Name and position: `load`, `src/main.rs:29`; address and module where no name is known. */
function frameCells({ name, file, line, module, address }: StackFrame): Cell[] {
  const where = file === undefined ? (module ?? '?') : `${file}:${line}`;
  return [captured(name ?? formatAddress(address)), captured(where)];
}
