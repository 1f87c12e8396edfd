/**
 * What a command shows, before it is text, HTML or a screen: titles, facts and tables whose cells
 * carry the number itself. Nothing here knows a format or a terminal.
 */
import type { Severity } from '../diagnostics/codes.ts';
import type { Address } from '../model/address.ts';
import type { Artifact } from '../model/artifact.ts';
import type { Bytes } from '../model/bytes.ts';
import type { CaptureLine } from '../model/capture-info.ts';
import type { WorkClock } from '../model/heap-profile.ts';
import type { TopicId } from '../model/topic.ts';

/** A value with its unit. `inferred` ones are shown with `≈`, `signed` ones with `+` or `-`. */
export type Quantity =
  | {
      readonly kind: 'bytes' | 'count';
      readonly value: Bytes | number;
      readonly inferred?: boolean;
      readonly signed?: boolean;
      /** The value is a bound: it may be less. */
      readonly atMost?: boolean;
    }
  | { readonly kind: 'seconds'; readonly value: number; readonly inferred?: boolean }
  | { readonly kind: 'percent'; readonly value: number; readonly inferred?: boolean }
  | { readonly kind: 'per-second'; readonly value: number; readonly inferred?: boolean };

/**
 * One cell of a table or one part of a sentence. Text from captures is `text`, so that the one
 * place that writes to a terminal can escape it; our own words are plain strings.
 */
export type Cell =
  | string
  | undefined
  | Quantity
  | { readonly kind: 'text'; readonly text: string; readonly inferred?: boolean }
  | { readonly kind: 'address'; readonly value: Address }
  /** A curve in one line. */
  | { readonly kind: 'curve'; readonly points: Chart['points'] };

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /**
   * Where a text may be cut when the table is wider than the terminal: a path at its start, a
   * symbol in its middle; sentences go on in the next line. Columns without it are never cut.
   */
  readonly cut?: 'start' | 'middle' | 'wrap';
  /** Its cells are the bars of the rows. */
  readonly hasBars?: true;
  /** What explains its numbers. */
  readonly topic?: TopicId | undefined;
}

/** What can be looked at by itself: what grew by its place in the story, or captures of a kind. */
export type Subject =
  | { readonly kind: 'container' | 'growth-site' | 'process'; readonly index: number }
  | { readonly kind: Artifact['kind'] };

/** What is known of numbers beside themselves. Paper names the topics; a screen opens all of it. */
export interface Evidence {
  /** What explains its numbers. */
  readonly topic?: TopicId | undefined;
  /** Why they are what they are, each sentence on a line of its own. */
  readonly because?: readonly string[] | undefined;
  /** The line of a capture that says so. */
  readonly place?: CaptureLine | undefined;
  readonly subject?: Subject | undefined;
}

/** A stretch of the table's common scale. Bars of one series look alike. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly series: 1 | 2 | 3 | 4 | 5;
}

export interface Row extends Evidence {
  readonly cells: readonly Cell[];
  /** How deep the table's first left-aligned cell is indented: parts stand below their sum. */
  readonly depth?: number;
  /** A sum or a heading, shown stronger. */
  readonly strong?: boolean;
  /** Of what is wrong: how bad it is. */
  readonly severity?: Severity;
  /** Drawn in the table's column of bars; where it has none, beside the row by screens. */
  readonly bar?: Bar;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** A line of words and values: `peak heap`, 39102619 bytes, `at`, 1.82 seconds. */
export interface Fact extends Evidence {
  readonly label: string;
  readonly cells: readonly Cell[];
}

/** A curve over time, or over the lines of a capture that has no clock. */
export interface Chart {
  /** In the order of `x`; `y` is not negative. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly unit: 'bytes' | 'count';
  /** Of `x`; seconds where it is left out. */
  readonly over?: 'seconds' | 'lines' | WorkClock;
}

export interface Section {
  readonly title?: string;
  readonly facts?: readonly Fact[];
  readonly table?: Table;
  readonly chart?: Chart;
  /** Lines of a text that is itself what was asked for. */
  readonly prose?: readonly string[];
  /** Sentences below the section, in plain words. */
  readonly notes?: readonly (readonly Cell[])[];
  /** What explains the numbers in its title and notes. */
  readonly topics?: readonly TopicId[];
}

export interface Report {
  /** What was looked at, in one line. */
  readonly title: readonly Cell[];
  readonly sections: readonly Section[];
  /** Named at its end, in place of those of each section. */
  readonly topics?: readonly TopicId[];
}

export const bytes = (value: Bytes, inferred = false): Quantity => ({
  kind: 'bytes',
  value,
  inferred,
});
export const count = (value: number): Quantity => ({ kind: 'count', value });
export const seconds = (value: number): Quantity => ({ kind: 'seconds', value });
export const percent = (value: number): Quantity => ({ kind: 'percent', value });
export const perSecond = (value: number): Quantity => ({ kind: 'per-second', value });
/** A column of numbers. @param topic what explains them. */
export const right = (title: string, topic?: TopicId): Column => ({
  title,
  align: 'right',
  ...(topic && { topic }),
});

/** A column of words. @param cut where they may be cut; never where left out. */
export const left = (title: string, cut?: Column['cut'], topic?: TopicId): Column => ({
  title,
  align: 'left',
  ...(cut && { cut }),
  ...(topic && { topic }),
});

/** @param value a number, or as results have it: `0x7ffff7d19000`. */
export const address = (value: Address | string): Cell => ({
  kind: 'address',
  value: Number(value),
});
export const captured = (text: string, inferred = false): Cell => ({
  kind: 'text',
  text,
  inferred,
});

/** A column that draws the bars of its rows. */
export const BARS: Column = { title: '', align: 'left', hasBars: true };

/** A difference: `+1.2 MiB`, `-300`. */
export const change = (kind: 'bytes' | 'count', value: number): Quantity => ({
  kind,
  value,
  signed: true,
});

/** A number and its noun: `1 mapping`, `5 mappings`. */
export const counted = (value: number, one: string, many = `${one}s`): Cell[] => [
  count(value),
  value === 1 ? one : many,
];

/** What explains the numbers of a section, each once, in the order in which they stand. */
export function topicsOf({ facts, table, notes, topics }: Section): TopicId[] {
  const rows = table?.rows ?? [];
  const carriers = [...(facts ?? []), ...rows, ...(rows.length > 0 ? table!.columns : [])];
  const cells = [...(facts ?? []), ...rows]
    .flatMap((one) => one.cells)
    .concat((notes ?? []).flat());
  return [
    ...new Set([
      ...carriers.flatMap(({ topic }) => topic ?? []),
      ...(topics ?? []),
      ...(cells.some(isInferred) ? (['inferred'] as const) : []),
    ]),
  ];
}

const isInferred = (cell: Cell): boolean =>
  typeof cell === 'object' && 'inferred' in cell && cell.inferred === true;
