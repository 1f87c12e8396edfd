import type { MapResult } from '../../results/map/schema.ts';
import { captured, left, type Report, type Row } from '../report.ts';
import { columnTitles, sizeCells } from './columns.ts';

/** Several live processes, one row each. */
export function familyReport({ processes, sum }: MapResult): Report {
  const columns = sum?.columns ?? [];
  const rows = processes.map(
    ({ pid, command, total, depth }): Row => ({
      cells: [captured(`${pid} ${command ?? ''}`), ...sizeCells(total, columns)],
      depth,
    }),
  );
  if (sum) rows.push({ cells: ['Together', ...sizeCells(sum, columns)], strong: true });
  return {
    title: [`${processes.length} processes`],
    sections: [
      {
        table: {
          columns: [left('process', 'middle'), ...columnTitles(columns)],
          rows,
        },
        notes: [
          [
            'memory that several of them share is counted for each in all columns but PSS, and in USS not at all',
          ],
        ],
      },
    ],
  };
}
