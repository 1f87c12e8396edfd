import { curveColumns } from './curve-columns.ts';
import { filledCells, risenCell } from './eighths.ts';

/** A bar of one part with eighths of a cell; never empty for what is not nothing. */
export function gauge(value: number, whole: number, width: number): string {
  if (whole <= 0 || width <= 0 || value <= 0) return '';
  return filledCells(Math.max(1, Math.round((Math.min(value, whole) / whole) * width * 8)));
}

/** A curve as one line of columns, its highest point as tall as the line. */
export function sparkline(
  points: readonly { readonly x: number; readonly y: number }[],
  width: number,
): string {
  const most = points.reduce((highest, { y }) => Math.max(highest, y), 0);
  if (most <= 0) return '';
  return curveColumns(points, width, ({ y }) => y)
    .map(({ point: { y } }) => risenCell(Math.max(1, Math.round((y / most) * 8))))
    .join('');
}
