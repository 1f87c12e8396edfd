import plot from 'simple-ascii-chart';
import type { Chart } from '../report.ts';
import { formatCell, type Units } from './quantity.ts';

const HEIGHT = 8;

/** Wider charts show no more, and the eye loses the axis. */
const MAX_WIDTH = 100;

/** Columns that the axis and its longest label take: `1023.9 MiB┤`, and a margin. */
const AXIS_WIDTH = 14;

const MIN_PLOT_WIDTH = 16;

/** Where the axes carry a label, as parts of the whole. */
const X_LABELS = [0, 0.25, 0.5, 0.75, 1];
const Y_LABELS = [0, 0.5, 1];

/** Draws a filled curve; each column of characters is as high as the highest point in it. */
export function renderChart(chart: Chart, units: Units, width: number): string[] {
  const plotWidth = Math.max(MIN_PLOT_WIDTH, Math.min(width, MAX_WIDTH) - AXIS_WIDTH);
  const columns = highestPerColumn(chart, plotWidth);
  if (columns.length === 0) return [];
  const top = Math.max(...columns.map(([, y]) => y)) || 1;
  const last = plotWidth - 1;
  const formatX = (value: number) =>
    chart.over === 'lines'
      ? `line ${Math.round(value)}`
      : formatCell({ kind: 'seconds', value }, units);
  const text = plot(columns, {
    width: plotWidth,
    height: HEIGHT,
    yRange: [0, top],
    fillArea: true,
    customXAxisTicks: X_LABELS.map((part) => columns[Math.round(part * last)]![0]),
    customYAxisTicks: Y_LABELS.map((part) => part * top),
    symbols: { axis: { n: '│', e: '─' } },
    formatter: (value, { axis }) =>
      axis === 'x'
        ? formatX(value)
        : formatCell({ kind: chart.unit, value: Math.round(value) }, units),
  });
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

/** One point for each column of the plot; a column without points of its own goes on as before. */
function highestPerColumn({ points }: Chart, width: number): [number, number][] {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return [];
  const step = (last.x - first.x) / (width - 1) || 1;
  const columns: [number, number][] = [];
  let next = 0;
  let level = first.y;
  for (let column = 0; column < width; column++) {
    const end = first.x + (column + 0.5) * step;
    let highest: number | undefined;
    for (; next < points.length && points[next]!.x < end; next++) {
      highest = Math.max(highest ?? 0, points[next]!.y);
      level = points[next]!.y;
    }
    columns.push([first.x + column * step, highest ?? level]);
  }
  return columns;
}
