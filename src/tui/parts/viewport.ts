/** Where a list stands: the chosen row, and the first one that is seen. */
export interface Cursor {
  readonly selected: number;
  readonly top: number;
}

export const START: Cursor = { selected: 0, top: 0 };

/** Keeps a cursor inside a list, and its row in view; the view moves only at its edges. */
export function settled({ selected, top }: Cursor, count: number, height: number): Cursor {
  const chosen = Math.max(0, Math.min(selected, count - 1));
  const rows = Math.max(1, height);
  const lowest = Math.max(0, count - rows);
  const first = Math.min(Math.max(top, chosen - rows + 1), chosen, lowest);
  return { selected: chosen, top: Math.max(0, first) };
}
