import type { ScreenId } from './intents.ts';
import { lineText } from './parts/line.ts';
import type { Shown } from './screen.ts';

/** A whole screen as a file, with the rows that are not seen. */
export function screenText(screen: ScreenId, shown: Shown, asJson: boolean): string {
  const { head, list, foot, body, crumbs } = shown;
  const rows = Array.from({ length: list.count }, (_, i) => list.text(i));
  if (asJson) {
    return `${JSON.stringify({ screen, path: crumbs, head: head.map(lineText), rows }, null, 2)}\n`;
  }
  return [...head, ...(body?.lines ?? [])]
    .map((line) => lineText(line).trimEnd())
    .concat(body ? [] : rows, foot.map(lineText))
    .map((line) => `${line}\n`)
    .join('');
}
