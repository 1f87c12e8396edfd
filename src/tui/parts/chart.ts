import { curveColumns } from '../../views/text/curve-columns.ts';
import { risenCell } from '../../views/text/eighths.ts';
import type { Tone } from '../theme.ts';
import { type Line, span } from './line.ts';

/** A moment of two values that stand on each other. */
export interface ChartPoint {
  readonly x: number;
  readonly lower: number;
  readonly upper: number;
}

/** The highest of the moments that fall into a column, as it is; one without any goes on as the one before. */
export const chartColumns = (points: readonly ChartPoint[], width: number): ChartPoint[] =>
  curveColumns(points, width, sum).map(({ x, point, isOwn }) => (isOwn ? point : { ...point, x }));

const sum = ({ lower, upper }: ChartPoint): number => lower + upper;

/** Columns as filled areas, with a cursor through one of them. */
export function chartLines(
  columns: readonly ChartPoint[],
  top: number,
  height: number,
  cursor: number,
): Line[] {
  return Array.from({ length: height }, (_, i): Line => {
    const row = height - 1 - i;
    const spans: { text: string; tone: Tone }[] = [];
    for (const [x, column] of columns.entries()) {
      const { glyph, tone } = cellOf(column, row, height / Math.max(1, top));
      const isCursor = x === cursor;
      const text = isCursor && glyph === ' ' ? '│' : glyph;
      const shown: Tone = isCursor ? (glyph === ' ' ? 'accent' : 'selected') : tone;
      const last = spans.at(-1);
      if (last?.tone === shown) last.text += text;
      else spans.push({ text, tone: shown });
    }
    return spans.map(({ text, tone }) => span(text, tone));
  });
}

function cellOf({ lower, upper }: ChartPoint, row: number, scale: number) {
  const [low, high] = [lower * scale, (lower + upper) * scale];
  if (row + 0.5 < low) return { glyph: '█', tone: 'fill-1' as Tone };
  if (row + 0.5 < high) return { glyph: '▒', tone: 'fill-2' as Tone };
  const part = upper === 0 ? risenCell(Math.floor((low - row) * 8)) : '';
  return part ? { glyph: part, tone: 'fill-1' as Tone } : { glyph: ' ', tone: 'plain' as Tone };
}
