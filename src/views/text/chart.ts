import plot from 'simple-ascii-chart';
import type { Chart } from '../report.ts';
import { curveColumns } from './curve-columns.ts';
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

function axisLabel(value: number, over: Chart['over'], units: Units): string {
  switch (over) {
    case 'lines':
      return `line ${Math.round(value)}`;
    case 'instructions':
      return `${(value / 1e6).toFixed(1)} Minstr`;
    case 'bytes':
      return formatCell({ kind: 'bytes', value: Math.round(value) }, units);
    case 'events':
      return `event ${Math.round(value)}`;
    default:
      return formatCell({ kind: 'seconds', value }, units);
  }
}

/** Draws a filled curve; each column of characters is as high as the highest point in it. */
export function renderChart(chart: Chart, units: Units, width: number): string[] {
  const plotWidth = Math.max(MIN_PLOT_WIDTH, Math.min(width, MAX_WIDTH) - AXIS_WIDTH);
  const columns = curveColumns(chart.points, plotWidth, ({ y }) => y).map(
    ({ x, point }): [number, number] => [x, point.y],
  );
  if (columns.length === 0) return [];
  const top = Math.max(...columns.map(([, y]) => y)) || 1;
  const last = plotWidth - 1;
  const formatX = (value: number) => axisLabel(value, chart.over, units);
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
