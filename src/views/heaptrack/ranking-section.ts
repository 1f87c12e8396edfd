import { splitTop } from '../../model/split-top.ts';
import { costIn } from '../../results/heap/costs.ts';
import type {
  CostName,
  FrameResult,
  GroupName,
  PlaceResult,
  RankingResult,
  SharedResult,
  StackResult,
} from '../../results/heap/stack-schema.ts';
import { COST_FIELDS } from '../../results/topics.ts';
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
import { rankingTitle } from './ranking-title.ts';
import {
  columnTitle,
  costQuantity,
  frameCell,
  placeWords,
  type StackStyle,
  shownName,
} from './stack-style.ts';

const GROUPS: Record<GroupName, { readonly one: string; readonly many: string }> = {
  place: { one: 'place', many: 'places' },
  stack: { one: 'call stack', many: 'call stacks' },
  function: { one: 'function', many: 'functions' },
  file: { one: 'source file', many: 'source files' },
  module: { one: 'module', many: 'modules' },
};

/** The groups that cost most, with the stacks that lead to them. */
export function rankingSection(ranking: RankingResult, style: StackStyle): Section {
  const { by, groupedBy, places, otherPlaces } = ranking;
  const table = new RankingTable(ranking, style);
  for (const place of places) table.addPlace(place);
  const { one, many } = GROUPS[groupedBy];
  if (otherPlaces.count > 0) table.addCosts(otherPlaces, [`${otherPlaces.count} other ${many}`], 0);
  return { title: `${rankingTitle(by, style)}, by ${one}`, table: table.finish() };
}

/** The part of a call stack that a row begins. */
type Frames = Pick<StackResult, 'frames' | 'otherFrames' | 'outermost'>;

const inner = (frames: readonly FrameResult[]): Frames => ({
  frames: [...frames],
  otherFrames: 0,
  outermost: null,
});

/** Rows of a ranking: a place, and below it each stack with its cost beside its first caller. */
class RankingTable {
  /** A column each: the ranked cost, and the calls beside it. */
  readonly #shown: readonly CostName[];
  readonly #hasShares: boolean;
  readonly #groupedBy: GroupName;
  /** Below what they are grouped by. */
  readonly #hasStacks: boolean;
  readonly #style: StackStyle;
  readonly #rows: Row[] = [];

  constructor({ by, groupedBy, places, otherPlaces }: RankingResult, style: StackStyle) {
    this.#hasStacks = groupedBy !== 'stack' && places.some(({ stacks }) => stacks.length > 0);
    this.#hasShares = style.figures === 'total' && otherPlaces.sharePercent !== null;
    this.#shown = by !== 'calls' && otherPlaces[COST_FIELDS.calls] !== null ? [by, 'calls'] : [by];
    this.#groupedBy = groupedBy;
    this.#style = style;
  }

  addPlace({ place, stacks, otherStacks, ...costs }: PlaceResult): void {
    this.addCosts(costs, this.#groupCells(place[0]!), 0);
    // One line per place is what was asked for.
    if (stacks.length === 0) return;
    this.#addFrames(inner(place.slice(1)), 1);
    // A file or a module is no frame of the stack.
    const isFrame = !['file', 'module'].includes(this.#groupedBy);
    const isOnlyStack = stacks.length === 1 && otherStacks.count === 0;
    for (const stack of stacks) {
      const callers = stack.frames.slice(isFrame ? place.length : 0);
      if (isOnlyStack) this.#addFrames({ ...stack, frames: callers }, 1);
      else {
        const [caller, ...others] = callers;
        this.addCosts(stack, caller ? this.#frameCells(caller) : [this.#endWords(stack)], 1);
        this.#addFrames({ ...stack, frames: others }, 2);
      }
    }
    if (otherStacks.count > 0) this.addCosts(otherStacks, [`${otherStacks.count} other stacks`], 1);
  }

  addCosts(costs: SharedResult, place: readonly Cell[], depth: number): void {
    const numbers: Quantity[] = this.#shown.map((kind) =>
      costQuantity(kind, costIn(costs, kind), this.#style),
    );
    if (this.#hasShares) {
      const share = percent(costs.sharePercent ?? 0);
      numbers.splice(1, 0, { ...share, inferred: numbers[0]!.inferred ?? false });
    }
    this.#rows.push({ cells: [...numbers, ...place], depth, strong: depth === 0 });
  }

  finish(): Table {
    return {
      columns: [
        right(columnTitle(this.#shown[0]!, this.#style)),
        ...(this.#hasShares ? [right('share')] : []),
        ...this.#shown.slice(1).map((kind) => right(columnTitle(kind, this.#style))),
        left(this.#heading(), 'middle'),
        left('', 'start'),
      ],
      rows: this.#rows,
    };
  }

  #addFrames({ frames, otherFrames, outermost }: Frames, depth: number): void {
    const empty = Array(this.#shown.length + Number(this.#hasShares)).fill(undefined);
    const most = this.#style.frames;
    const { shown, rest } =
      otherFrames > 0
        ? { shown: frames.slice(0, most), rest: frames.slice(most) }
        : splitTop(frames, most);
    for (const frame of shown)
      this.#rows.push({ cells: [...empty, ...this.#frameCells(frame)], depth });
    const count = rest.length + otherFrames;
    if (count === 0) return;
    const last = (otherFrames > 0 ? outermost : rest.at(-1)!.function) ?? '?';
    const more = captured(`… ${count} more, to ${shownName(last, this.#style)}`);
    this.#rows.push({ cells: [...empty, more], depth });
  }

  /** A stack ends at its place: with `main`, with what is left of it, or where the recorder lost it. */
  #endWords({ frames }: StackResult): string {
    const isWhole = frames.at(-1)?.function === 'main' || this.#style.hidden !== undefined;
    return isWhole ? 'directly' : '(no caller recorded)';
  }

  #heading(): string {
    const { one } = GROUPS[this.#groupedBy];
    return this.#hasStacks ? `${one}, and the stacks that lead to it` : one;
  }

  #groupCells(place: FrameResult): Cell[] {
    if (this.#groupedBy === 'module') return [captured(place.module ?? '?')];
    if (this.#groupedBy === 'file') {
      return [captured(place.file ?? '(no source file known)'), captured(place.module ?? '?')];
    }
    return this.#frameCells(place);
  }

  /** Name and position: `load`, `src/main.rs:29`; the module where no line is known. */
  #frameCells(frame: FrameResult): Cell[] {
    return [frameCell(frame, this.#style), captured(placeWords(frame))];
  }
}
