import { displayWidth } from '../../views/text/width.ts';
import { type Line, lineText, lineWidth } from './line.ts';

/** A line as it is, or as several without tones where it is too long. */
export const folded = (line: Line, width: number): Line[] =>
  lineWidth(line) <= width ? [line] : wrapped(lineText(line).trim().replace(/ +/g, ' '), width);

/** Words as lines of at most so many cells. */
export function wrapped(text: string, width: number): Line[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    const isFull = last !== '' && displayWidth(last) + 1 + displayWidth(word) > width;
    if (isFull) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => [line]);
}
