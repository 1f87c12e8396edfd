/** What a screen is: a function of what was read and of the state to rows of text. */

import type { CostKind } from '../analysis/heap/costs.ts';
import type { CaptureLine } from '../model/capture-info.ts';
import type { TopicId } from '../model/topic.ts';
import type { Intent, ScreenId } from './intents.ts';
import type { Line } from './parts/line.ts';
import type { Reading } from './session.ts';
import type { HeapView, Lens, State } from './state.ts';

/** What is known of the number in a row. */
export interface About {
  readonly topic?: TopicId | undefined;
  /** Where it was read, or the rule that it follows from. */
  readonly evidence: string;
  readonly place: CaptureLine | undefined;
  /** The container that it is about, by its place in the story. */
  readonly container?: number | undefined;
  /** What opening the row does. */
  readonly open?: Intent;
  /** What closing it does. */
  readonly close?: Intent;
  /** What opening it to its end does. */
  readonly openAll?: Intent;
  /** What other intents mean here, instead of what they mean for a plain list. */
  readonly instead?: Readonly<Partial<Record<Intent['type'], Intent>>>;
}

/** Rows that are made when they are seen. */
export interface List {
  readonly count: number;
  line(index: number): Line;
  /** For the search, and for what is copied. */
  text(index: number): string;
  about(index: number): About | undefined;
}

export interface Shown {
  /** Where one is, below the screen's name. */
  readonly crumbs: readonly string[];
  readonly head: readonly Line[];
  readonly list: List;
  /** Drawn instead of the list's rows, where they are more than a line each or have headings. */
  readonly body?: {
    readonly lines: readonly Line[];
    /** The row that each line is of, in their order; undefined for lines of none. */
    readonly owners: readonly (number | undefined)[];
  };
  readonly foot: readonly Line[];
  /** Cells of a timeline, where there is one, and where its cursor is, from 0 to 1. */
  readonly cells?: number;
  readonly at?: number;
  /** Of a map. */
  readonly lenses?: readonly Lens[];
  /** On the Heap screen: the costs that the recording has. */
  readonly costs?: readonly CostKind[];
  /** On the Heap screen: the views for which something was read. */
  readonly views?: readonly HeapView[];
  /** How many maps there are, and which is shown. */
  readonly maps?: number;
  readonly map?: number;
  /** Moments of the recording that were kept. */
  readonly moments?: number;
  /** Rows show themselves what is chosen in them. */
  readonly marksItself?: boolean;
  /** What is copied, where that is not the chosen row. */
  readonly chosenText?: string;
  /** What a press of the mouse into a cell of a row wants, where that is not the row. */
  pressed?(index: number, column: number): Intent | undefined;
  /** Where a text is found next, where the search is not for rows. */
  find?(search: string, by: 1 | -1, fromHere: boolean): Intent | undefined;
}

/** The part of the terminal that a screen has. */
export interface Area {
  readonly columns: number;
  readonly rows: number;
}

export interface Screen {
  readonly id: ScreenId;
  readonly title: string;
  /** Why it has nothing to show, and what to record; undefined where it has something. */
  missing(reading: Reading | undefined, state: State): string | undefined;
  show(reading: Reading | undefined, state: State, area: Area): Shown;
  /** How many things in it are to be looked at. */
  warnings?(reading: Reading): number;
}

export const NO_ROWS: List = {
  count: 0,
  line: () => [],
  text: () => '',
  about: () => undefined,
};

/** A list of lines that are there already. */
export function listOf<T>(
  items: readonly T[],
  line: (item: T, index: number) => Line,
  about: (item: T, index: number) => About | undefined,
  text: (item: T, index: number) => string,
): List {
  return {
    count: items.length,
    line: (index) => line(items[index]!, index),
    text: (index) => text(items[index]!, index),
    about: (index) => about(items[index]!, index),
  };
}
