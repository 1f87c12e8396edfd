import { lineText } from './parts/line.ts';
import type { Shown } from './screen.ts';

/** A whole screen as a file, with the rows that are not seen. */
export function screenText({ head, list, foot, body }: Shown): string {
  const rows = Array.from({ length: list.count }, (_, i) => list.text(i));
  return [...head, ...(body?.lines ?? [])]
    .map((line) => lineText(line).trimEnd())
    .concat(body ? [] : rows, foot.map(lineText))
    .map((line) => `${line}\n`)
    .join('');
}
