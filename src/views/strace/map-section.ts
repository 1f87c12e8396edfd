import type { MapMoment } from '../../analysis/replay/folds/map-at-line.ts';
import { permissionsOf } from '../../analysis/replay/replayed-map.ts';
import { address, bytes, captured, left, right, type Section } from '../report.ts';

/** The map of each process at a moment, in the rows of /proc/PID/maps. */
export function mapSections({ line, processes }: MapMoment): Section[] {
  if (processes.length === 0) {
    return [{ notes: [[`After line ${line} no process is running: nothing is mapped`]] }];
  }
  return processes.map(({ pid, rows }) => ({
    title: `Map${pid === 0 ? '' : ` of process ${pid}`} after line ${line}, as far as the log knows`,
    table: {
      columns: [
        right('address'),
        right('size'),
        left('rights'),
        right('offset'),
        left('what', 'start'),
      ],
      rows: rows.map((row) => ({
        cells: [
          address(row.start),
          bytes(row.end - row.start),
          permissionsOf(row),
          address(row.offset),
          captured(row.path ?? LABELS[row.kind]),
        ],
      })),
    },
  }));
}

const LABELS = {
  heap: '[heap]',
  anonymous: '[anon]',
  shared: '[shared]',
  file: '[file]',
  unknown: '[not made in the log]',
} as const;
