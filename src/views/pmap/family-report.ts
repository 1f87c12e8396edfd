import type { ProcessFamily } from '../../analysis/memory-map/process-family.ts';
import { captured, left, type Report, type Row } from '../report.ts';
import { columnTitles, knownColumns, sizeCells } from './columns.ts';

/** Several live processes, one row each. */
export function familyReport({ members, sum }: ProcessFamily): Report {
  const columns = knownColumns(members.map(({ groups }) => groups.total));
  const rows = members.map(
    ({ groups: { map, total }, depth }): Row => ({
      cells: [captured(`${map.pid} ${map.command ?? ''}`), ...sizeCells(total, columns)],
      depth,
    }),
  );
  rows.push({ cells: ['Together', ...sizeCells(sum, columns)], strong: true });
  return {
    title: [`${members.length} processes`],
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
