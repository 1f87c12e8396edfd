import type { MapMoment, ProcessMap } from '../../analysis/replay/folds/map-at-line.ts';
import { permissionsOf } from '../../analysis/replay/replayed-map.ts';
import { formatAddress } from '../../model/address.ts';

/** What was mapped at a moment of the log. */
export function mapMomentResult({ line, processes }: MapMoment) {
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
