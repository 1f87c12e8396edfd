import { cutText, displayWidth } from '../../views/text/width.ts';
import type { Paint, Tone } from '../theme.ts';

/** A piece of a line with one meaning. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One row of the terminal, as yet without colours. Texts are escaped already. */
export type Line = readonly (string | Span)[];

export const span = (text: string, tone: Tone): Span => ({ text, tone });

export const lineText = (line: Line): string =>
  line.map((part) => (typeof part === 'string' ? part : part.text)).join('');

export const lineWidth = (line: Line): number =>
  line.reduce((sum, part) => sum + displayWidth(typeof part === 'string' ? part : part.text), 0);

/** A line of exactly `width` cells: cut at its end, with a sign that it is, or filled with blanks. */
export function fitLine(line: Line, width: number): Line {
  const fitted: (string | Span)[] = [];
  let left = width;
  for (const [i, part] of line.entries()) {
    const text = typeof part === 'string' ? part : part.text;
    const size = displayWidth(text);
    const isCut = size > left || (size === left && !isBlank(line.slice(i + 1)));
    const cut = isCut ? cutText(`${text}…`, left, 'end') : text;
    left -= displayWidth(cut);
    fitted.push(typeof part === 'string' ? cut : span(cut, part.tone));
    if (isCut) break;
  }
  return left > 0 ? [...fitted, ' '.repeat(left)] : fitted;
}

export const isBlank = (line: Line): boolean => lineText(line).trim() === '';

/** Two lines in one: the second at the right end, cut before the first is. */
export function justified(left: Line, right: Line, width: number): Line {
  const gap = width - lineWidth(left) - lineWidth(right);
  if (gap >= 1) return [...left, ' '.repeat(gap), ...right];
  const room = width - lineWidth(left) - 1;
  return room > 4 ? [...left, ' ', ...fitLine(right, room)] : fitLine(left, width);
}

/** A line as a terminal takes it. Of a selected one all is inverted but bars, which would be holes in it. */
export function paintLine(line: Line, paint: Paint, isSelected = false): string {
  const parts = line.map((part) => (typeof part === 'string' ? span(part, 'plain') : part));
  if (!isSelected) return parts.map(({ text, tone }) => paint(text, tone)).join('');
  let painted = '';
  let inverted = '';
  for (const { text, tone } of parts) {
    if (!tone.startsWith('fill')) {
      inverted += text;
      continue;
    }
    painted += paint(inverted, 'selected') + paint(text, tone);
    inverted = '';
  }
  return painted + paint(inverted, 'selected');
}
