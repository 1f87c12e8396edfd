/**
 * memtool's own signs for terminals that show ASCII alone. Each becomes one character, so that columns stay
 * where they are; text from captures is left as it is.
 */
const ASCII: Readonly<Record<string, string>> = {
  '≈': '~',
  '…': '~',
  '·': '-',
  '–': '-',
  '−': '-',
  '×': 'x',
  '±': '~',
  '≤': '<',
  '≥': '>',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '⇧': '^',
  '⏎': '_',
  '⌫': '<',
  '›': '>',
  '’': "'",
  '“': '"',
  '”': '"',
  '⌈': '[',
  '⌉': ']',
  '▸': '>',
  '▶': '>',
  '▾': 'v',
  '▼': 'v',
  '▲': '^',
  '●': '*',
  '␊': '$',
};

/** Lines and bars, by the blocks of Unicode that have them. */
const DRAWN: readonly (readonly [characters: RegExp, ascii: string])[] = [
  [/[─━┈]/gu, '-'],
  [/[│┃┊]/gu, '|'],
  [/[\u2500-\u257f]/gu, '+'],
  [/[▁▂▃]/gu, '_'],
  [/[▄▅▆▇░]/gu, '='],
  [/[▒▚]/gu, '%'],
  [/▓/gu, '@'],
  [/[▏▎▍▌]/gu, '|'],
  [/[\u2580-\u259f]/gu, '#'],
];

const SIGNS = new RegExp(`[${Object.keys(ASCII).join('')}]`, 'gu');

/** A text of memtool's in ASCII, as wide as before. */
export function toAscii(text: string): string {
  const plain = text.replace(SIGNS, (sign) => ASCII[sign]!);
  return DRAWN.reduce((drawn, [characters, ascii]) => drawn.replace(characters, ascii), plain);
}
