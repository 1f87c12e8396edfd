import { displayWidth } from '../../views/text/width.ts';
import type { Line } from './line.ts';

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
