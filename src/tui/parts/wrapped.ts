import { wrapText } from '../../views/text/width.ts';
import { type Line, lineText, lineWidth } from './line.ts';

/** A line as it is, or as several without tones where it is too long. */
export const folded = (line: Line, width: number): Line[] =>
  lineWidth(line) <= width ? [line] : wrapped(lineText(line).trim().replace(/ +/g, ' '), width);

/** Words as lines of at most so many cells. */
export const wrapped = (text: string, width: number): Line[] =>
  wrapText(text, width).map((line) => [line]);
