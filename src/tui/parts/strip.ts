import { risenCell } from '../../views/text/eighths.ts';
import { type Line, span } from './line.ts';

/** Values as a row of bars, with brackets around a part of them; two cells wider than there are values. */
export function stripLine(values: readonly number[], from: number, to: number): Line {
  const most = Math.max(...values, 0);
  const bars = values.map((value) =>
    value <= 0 ? ' ' : risenCell(1 + Math.min(7, Math.floor((value / most) * 8))),
  );
  const text = (first: number, end: number) => bars.slice(first, end).join('');
  return [
    span(text(0, from), 'dim'),
    span('[', 'accent'),
    span(text(from, to), 'fill-1'),
    span(']', 'accent'),
    span(text(to, bars.length), 'dim'),
  ];
}
