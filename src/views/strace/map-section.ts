import type { MapMoment, ProcessMap } from '../../analysis/replay/folds/map-at-line.ts';
import { permissionsOf } from '../../analysis/replay/replayed-map.ts';
import { formatAddress } from '../../model/address.ts';
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

export function mapJson({ line, processes }: MapMoment) {
  return { line, processes: processes.map(processJson) };
}

const processJson = ({ pid, rows }: ProcessMap) => ({
  pid,
  rows: rows.map((row) => ({
    start: formatAddress(row.start),
    end: formatAddress(row.end),
    bytes: row.end - row.start,
    rights: permissionsOf(row),
    offset: formatAddress(row.offset),
    kind: row.kind,
    path: row.path ?? null,
  })),
});
