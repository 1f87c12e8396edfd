import { toAscii } from '../views/text/ascii.ts';

/**
 * What a part of a line means, and how it looks: the 16 colours of the terminal's own theme, so that
 * light and dark ones both work, and never colour alone: each tone has a glyph, a place or a weight of
 * its own beside it.
 */
export type Tone =
  | 'plain'
  | 'strong'
  | 'dim'
  | 'accent'
  | 'good'
  | 'warning'
  | 'error'
  | 'selected'
  | 'fill-1'
  | 'fill-2'
  | 'fill-3'
  | 'fill-4'
  | 'fill-5'
  | 'fill-6';

type Codes = readonly [open: number, close: number];

const [BOLD, DIM, INVERSE, DEFAULT_COLOR] = [1, 2, 7, 39];
const [RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN] = [31, 32, 33, 34, 35, 36];

const COLORS: Readonly<Record<Tone, Codes | undefined>> = {
  plain: undefined,
  strong: [BOLD, 22],
  dim: [DIM, 22],
  accent: [CYAN, DEFAULT_COLOR],
  good: [BLUE, DEFAULT_COLOR],
  warning: [YELLOW, DEFAULT_COLOR],
  error: [RED, DEFAULT_COLOR],
  selected: [INVERSE, 27],
  'fill-1': [BLUE, DEFAULT_COLOR],
  'fill-2': [CYAN, DEFAULT_COLOR],
  'fill-3': [MAGENTA, DEFAULT_COLOR],
  'fill-4': [YELLOW, DEFAULT_COLOR],
  'fill-5': [GREEN, DEFAULT_COLOR],
  'fill-6': [RED, DEFAULT_COLOR],
};

/** Weight and inversion are no colours: NO_COLOR leaves them. */
const COLORLESS: ReadonlySet<Tone> = new Set(['strong', 'dim', 'selected']);

/** Puts a text between the codes of its tone. */
export type Paint = (text: string, tone: Tone) => string;

/** @param ascii whether the terminal shows ASCII alone. */
export function paintWith(color: boolean, ascii = false): Paint {
  return (wanted, tone) => {
    const text = ascii ? toAscii(wanted) : wanted;
    const codes = color || COLORLESS.has(tone) ? COLORS[tone] : undefined;
    return codes === undefined || text === ''
      ? text
      : `\u001b[${codes[0]}m${text}\u001b[${codes[1]}m`;
  };
}
