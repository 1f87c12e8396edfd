/**
 * Tables for spreadsheets and scripts: a header with units in its names, one row per line, quoted
 * where RFC 4180 wants it. Lines end with a line feed alone, so that Unix tools see no stray
 * carriage return in the last column; every reader of CSV takes both.
 */
import type { SizeCount } from '../../analysis/heap/size-histogram.ts';
import type { WorkClock } from '../../model/heap-profile.ts';
import type { Timeline } from '../../model/timeline.ts';
import { chunked } from './chunks.ts';

/** Every size that was asked for, and how often. */
export function histogramCsv(histogram: readonly SizeCount[]): Iterable<string> {
  return chunked(lines());

  function* lines(): Generator<string> {
    yield csvLine(['size_bytes', 'calls']);
    for (const { size, calls } of histogram) yield csvLine([size, calls]);
  }
}

/** How a heap developed; what nobody looked at is empty. */
export function timelineCsv(
  timeline: Timeline,
  clock: WorkClock | 'seconds' = 'seconds',
): Iterable<string> {
  const { time, live, calls, temporary, resident } = timeline;
  return chunked(lines());

  function* lines(): Generator<string> {
    yield csvLine([`time_${clock}`, 'live_bytes', 'calls', 'temporary_calls', 'resident_bytes']);
    for (let i = 0; i < time.length; i++) {
      const counts = [calls?.[i] ?? Number.NaN, temporary?.[i] ?? Number.NaN];
      yield csvLine([time[i]!, live[i]!, ...counts, resident[i]!]);
    }
  }
}

/** One line. Numbers that are not known (NaN) become empty cells. */
export function csvLine(cells: readonly (string | number)[]): string {
  const texts = cells.map((cell) => {
    if (typeof cell === 'number') return Number.isNaN(cell) ? '' : String(cell);
    return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  });
  return `${texts.join(',')}\n`;
}
