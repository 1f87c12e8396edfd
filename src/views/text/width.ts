import stringWidth from 'fast-string-width';

/** Which end of a text goes where it is too long: paths lose their start, names their middle. */
export type CutAt = 'start' | 'middle' | 'end';

/** Terminal cells that a text takes: two for East Asian characters, none for combining marks. */
export const displayWidth = (text: string): number => stringWidth(text);

/** Fills a text with blanks to a width in terminal cells. */
export function padText(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const fill = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'left' ? text + fill : fill + text;
}

/** Cuts a text to a width in terminal cells: `/home/me/…/main.rs`, `…/src/main.rs`, `/home/me/s…`. */
export function cutText(text: string, width: number, cut: CutAt): string {
  if (stringWidth(text) <= width) return text;
  if (width <= 0) return '';
  const characters = [...text];
  const headWidth = cut === 'start' ? 0 : cut === 'end' ? width - 1 : Math.floor((width - 1) / 2);
  const head = takeWidth(characters, headWidth);
  if (cut === 'end') return `${head}…`;
  const tail = takeWidth(characters.toReversed(), width - 1 - stringWidth(head));
  return `${head}…${[...tail].reverse().join('')}`;
}

/** Words as lines of at most so many terminal cells; a longer word has a line of its own. */
export function wrapText(text: string, width: number): string[] {
  if (stringWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const isFull = line !== '' && stringWidth(line) + 1 + stringWidth(word) > width;
    if (isFull) lines.push(line);
    line = isFull || line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** As many characters as fit into a width. */
function takeWidth(characters: readonly string[], width: number): string {
  let text = '';
  let used = 0;
  for (const character of characters) {
    used += stringWidth(character);
    if (used > width) break;
    text += character;
  }
  return text;
}
