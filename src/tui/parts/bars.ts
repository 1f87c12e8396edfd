export { gauge } from '../../views/text/gauge.ts';

import type { Tone } from '../theme.ts';
import { type Line, span } from './line.ts';

/** A part of a bar. The glyph tells parts apart where there are no colours. */
export interface Segment {
  readonly value: number;
  readonly glyph: string;
  readonly tone: Tone;
}

/**
 * Segments side by side, drawn to scale: `whole` takes all of `width`. A segment that has any value
 * gets a cell at least, taken from the largest, so that nothing vanishes.
 */
export function bar(segments: readonly Segment[], whole: number, width: number): Line {
  const cells = cellsOf(segments, whole, width);
  return segments.flatMap(({ glyph, tone }, i) =>
    cells[i]! > 0 ? [span(glyph.repeat(cells[i]!), tone)] : [],
  );
}

function cellsOf(segments: readonly Segment[], whole: number, width: number): number[] {
  if (whole <= 0 || width <= 0) return segments.map(() => 0);
  let end = 0;
  let drawn = 0;
  const cells = segments.map(({ value }) => {
    end += value;
    const at = Math.round((end / whole) * width);
    const count = Math.max(value > 0 ? 1 : 0, at - drawn);
    drawn += count;
    return count;
  });
  const most = Math.max(1, Math.round((Math.min(end, whole) / whole) * width));
  for (let excess = drawn - most; excess > 0; excess--) {
    const largest = cells.indexOf(Math.max(...cells));
    if (cells[largest]! <= 1) break;
    cells[largest]!--;
  }
  return cells;
}
