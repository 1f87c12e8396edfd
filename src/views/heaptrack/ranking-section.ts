import type { CostKind, HeapCosts } from '../../analysis/heap/costs.ts';
import type { GroupKind } from '../../analysis/heap/grouping.ts';
import type { InnerStack } from '../../analysis/heap/inner-stack.ts';
import type { HotSpot, Ranking } from '../../analysis/heap/rankings.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { splitTop } from '../../model/split-top.ts';
import {
  type Cell,
  captured,
  left,
  percent,
  type Quantity,
  type Row,
  right,
  type Section,
  type Table,
} from '../report.ts';
import {
  COLUMN_TITLES,
  costQuantity,
  frameCell,
  placeWords,
  type StackStyle,
  shownName,
} from './stack-style.ts';

const TITLES: Record<CostKind, string> = {
  peak: 'Live at the peak',
  calls: 'Allocation calls',
  temporary: 'Temporary allocations',
  leaked: 'Never freed',
  allocated: 'Bytes allocated in total',
  peakBlocks: 'Blocks live at the peak',
  leakedBlocks: 'Blocks never freed',
  reads: 'Bytes read',
  writes: 'Bytes written',
  copies: 'Calls of memcpy and its like',
  copied: 'Bytes copied',
  events: 'Events of the program',
  units: 'Units of the program',
};

const GROUPS: Record<GroupKind, { readonly one: string; readonly many: string }> = {
  place: { one: 'place', many: 'places' },
  stack: { one: 'call stack', many: 'call stacks' },
  function: { one: 'function', many: 'functions' },
  file: { one: 'source file', many: 'source files' },
  module: { one: 'module', many: 'modules' },
};

/**
 * The groups that cost most, with the stacks that lead to them.
 *
 * @param kinds the costs that were recorded.
 */
export function rankingSection(
  ranking: Ranking,
  style: StackStyle,
  kinds: readonly CostKind[],
): Section {
  const { by, groupedBy, spots, others } = ranking;
  const table = new RankingTable(ranking, style, kinds);
  for (const spot of spots) table.addSpot(spot);
  const { one, many } = GROUPS[groupedBy];
  if (others.count > 0) table.addCosts(others.costs, [`${others.count} other ${many}`], 0);
  // In a part of a recording, what was not freed in it is growth, not a leak.
  const isGrowth = by === 'leaked' && style.figures === 'window';
  const title = isGrowth ? 'Added in this time and not freed in it' : TITLES[by];
  const change = style.figures === 'change' ? 'Change: ' : '';
  return { title: `${change}${title}, by ${one}`, table: table.finish() };
}

/** Rows of a ranking: a place, and below it each stack with its cost beside its first caller. */
class RankingTable {
  /** A column each: the ranked cost, and the calls beside it. */
  readonly #shown: readonly CostKind[];
  /** Of which shares are shown; undefined where there are none. */
  readonly #whole: number | undefined;
  readonly #groupedBy: GroupKind;
  /** Below what they are grouped by. */
  readonly #hasStacks: boolean;
  readonly #style: StackStyle;
  readonly #rows: Row[] = [];

  constructor(ranking: Ranking, style: StackStyle, kinds: readonly CostKind[]) {
    const { by, groupedBy, spots } = ranking;
    this.#hasStacks = groupedBy !== 'stack' && spots.some(({ stacks }) => stacks.length > 0);
    this.#whole = style.figures === 'total' ? ranking.whole : undefined;
    this.#shown = by !== 'calls' && kinds.includes('calls') ? [by, 'calls'] : [by];
    this.#groupedBy = groupedBy;
    this.#style = style;
  }

  addSpot(spot: HotSpot): void {
    this.addCosts(spot.costs, this.#groupCells(spot.place[0]!), 0);
    // One line per place is what was asked for.
    if (spot.stacks.length === 0) return;
    this.#addFrames({ frames: spot.place.slice(1), beyond: undefined }, 1);
    // A file or a module is no frame of the stack.
    const isFrame = !['file', 'module'].includes(this.#groupedBy);
    const isOnlyStack = spot.stacks.length === 1 && spot.otherStacks.count === 0;
    for (const { frames, beyond, costs } of spot.stacks) {
      const callers = frames.slice(isFrame ? spot.place.length : 0);
      if (isOnlyStack) this.#addFrames({ frames: callers, beyond }, 1);
      else {
        this.addCosts(
          costs,
          callers[0] ? this.#frameCells(callers[0]) : ['(no caller recorded)'],
          1,
        );
        this.#addFrames({ frames: callers.slice(1), beyond }, 2);
      }
    }
    const { count: hidden, costs } = spot.otherStacks;
    if (hidden > 0) this.addCosts(costs, [`${hidden} other stacks`], 1);
  }

  addCosts(costs: HeapCosts, place: readonly Cell[], depth: number): void {
    const numbers: Quantity[] = this.#shown.map((kind) =>
      costQuantity(kind, costs[kind], this.#style),
    );
    if (this.#whole !== undefined) {
      const share = percent((100 * costs[this.#shown[0]!]) / this.#whole);
      numbers.splice(1, 0, { ...share, inferred: numbers[0]!.inferred ?? false });
    }
    this.#rows.push({ cells: [...numbers, ...place], depth, strong: depth === 0 });
  }

  finish(): Table {
    return {
      columns: [
        right(COLUMN_TITLES[this.#shown[0]!]),
        ...(this.#whole === undefined ? [] : [right('share')]),
        ...this.#shown.slice(1).map((kind) => right(COLUMN_TITLES[kind])),
        left(this.#heading(), 'middle'),
        left('', 'start'),
      ],
      rows: this.#rows,
    };
  }

  #addFrames({ frames, beyond }: InnerStack, depth: number): void {
    const empty = Array(this.#shown.length + (this.#whole === undefined ? 0 : 1)).fill(undefined);
    const most = this.#style.frames;
    const { shown, rest } = beyond
      ? { shown: frames.slice(0, most), rest: frames.slice(most) }
      : splitTop(frames, most);
    for (const frame of shown)
      this.#rows.push({ cells: [...empty, ...this.#frameCells(frame)], depth });
    const bottom = beyond?.bottom ?? rest.at(-1);
    if (bottom === undefined) return;
    const count = rest.length + (beyond?.count ?? 0);
    const more = captured(`… ${count} more, to ${shownName(bottom.name ?? '?', this.#style)}`);
    this.#rows.push({ cells: [...empty, more], depth });
  }

  #heading(): string {
    const { one } = GROUPS[this.#groupedBy];
    return this.#hasStacks ? `${one}, and the stacks that lead to it` : one;
  }

  #groupCells(place: StackFrame): Cell[] {
    if (this.#groupedBy === 'module') return [captured(place.module ?? '?')];
    if (this.#groupedBy === 'file') {
      return [captured(place.file ?? '(no source file known)'), captured(place.module ?? '?')];
    }
    return this.#frameCells(place);
  }

  /** Name and position: `load`, `src/main.rs:29`; the module where no line is known. */
  #frameCells(frame: StackFrame): Cell[] {
    return [frameCell(frame, this.#style), captured(placeWords(frame))];
  }
}
