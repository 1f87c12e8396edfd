import { cutText, displayWidth, padText } from '../../views/text/width.ts';
import type { Tone } from '../theme.ts';
import { type Line, span } from './line.ts';

/** A box of a flame graph: its columns, and what is written into them. */
export interface FlameCell {
  readonly start: number;
  readonly columns: number;
  /** Escaped; cut where it does not fit. */
  readonly label: string;
  /** Instead of a label that would be cut. */
  readonly brief?: string;
  readonly border: string;
  /** Fills what the label leaves, so that boxes are told apart without colours. */
  readonly shade: string;
  readonly tone: Tone;
  readonly isChosen: boolean;
}

/** The border of the chosen box. */
const CHOSEN = '▶';

/** With less room than this, a cut label would say nothing. */
const SHORTEST_LABEL = 4;

/** One level of a flame graph; cells come from left to right. */
export function flameLine(cells: readonly FlameCell[]): Line {
  const line: (string | ReturnType<typeof span>)[] = [];
  let at = 0;
  for (const cell of cells) {
    if (cell.columns === 0) continue;
    if (cell.start > at) line.push(' '.repeat(cell.start - at));
    const border = cell.isChosen ? CHOSEN : cell.border;
    const text = border + filled(cell, cell.columns - 1);
    line.push(span(text, cell.isChosen ? 'selected' : cell.tone));
    at = cell.start + cell.columns;
  }
  return line;
}

function filled({ label, brief, shade }: FlameCell, width: number): string {
  const fits = [label, brief].find((text) => text !== undefined && displayWidth(text) <= width);
  const text = fits ?? (width < SHORTEST_LABEL ? '' : cutText(brief ?? label, width, 'end'));
  // A character of two cells may leave one of them.
  const rest = width - displayWidth(text);
  return text === '' || rest === 0
    ? padText(text + shade.repeat(rest), width)
    : `${text} ${shade.repeat(rest - 1)}`;
}
