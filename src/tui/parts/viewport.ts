/** Where a list stands: the chosen row, and the first one that is seen. */
export interface Cursor {
  readonly selected: number;
  readonly top: number;
}

export const START: Cursor = { selected: 0, top: 0 };

/** What a list takes of a screen: its rows, and the lines of the screen that show them. */
export interface Rows {
  readonly count: number;
  readonly height: number;
  /** Where rows are not one line each: the line behind each row's last; before its first, its headings. */
  readonly ends?: readonly number[] | undefined;
  /** All lines, where rows are not one line each. */
  readonly lines?: number | undefined;
}

/** Keeps a cursor inside a list, and its row in view; the view moves only at its edges. */
export function settled({ selected, top }: Cursor, count: number, height: number): Cursor {
  const chosen = Math.max(0, Math.min(selected, count - 1));
  const rows = Math.max(1, height);
  const lowest = Math.max(0, count - rows);
  const first = Math.min(Math.max(top, chosen - rows + 1), chosen, lowest);
  return { selected: chosen, top: Math.max(0, first) };
}

/** The same of rows that may take several lines: `top` is the first line that is seen. */
export function settledRows({ selected, top }: Cursor, rows: Rows): Cursor {
  const { count, height, ends, lines = count } = rows;
  if (ends === undefined) return settled({ selected, top }, count, height);
  const chosen = Math.max(0, Math.min(selected, count - 1));
  const from = ends[chosen - 1] ?? 0;
  const end = Math.min(chosen === count - 1 ? lines : ends[chosen]!, from + height);
  const first = Math.min(Math.max(top, end - height), from, Math.max(0, lines - height));
  return { selected: chosen, top: Math.max(0, first) };
}

/** The row that lies so many lines further on, or back; at least the next one. */
export function rowAway(selected: number, lines: number, { count, ends }: Rows): number {
  if (ends === undefined || !Number.isFinite(lines)) return selected + lines;
  const wanted = (ends[selected] ?? 0) + lines;
  const down = Math.max(
    selected + 1,
    ends.findLastIndex((end) => end <= wanted),
  );
  const up = Math.min(
    selected - 1,
    ends.findIndex((end) => end >= wanted),
  );
  return Math.max(0, Math.min(count - 1, lines > 0 ? down : up));
}
