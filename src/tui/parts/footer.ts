import { type Line, lineWidth, span } from './line.ts';

export interface KeyHint {
  readonly keys: string;
  readonly words: string;
}

/** Keys with their words; where they do not fit the last of them stay, which say how to get help and out. */
export function footerLine(hints: readonly KeyHint[], width: number, kept: number): Line {
  const first = hints.slice(0, hints.length - kept);
  const last = hints.slice(hints.length - kept).flatMap(hintSpans);
  const shown: Line[] = [];
  let used = lineWidth(last);
  for (const hint of first) {
    const spans = hintSpans(hint);
    if (used + lineWidth(spans) > width) continue;
    used += lineWidth(spans);
    shown.push(spans);
  }
  return [...shown.flat(), ...last];
}

const hintSpans = ({ keys, words }: KeyHint): Line => [
  span(keys, 'accent'),
  ' ',
  span(words, 'dim'),
  '  ',
];
