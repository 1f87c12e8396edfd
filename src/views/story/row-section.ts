import { splitTop } from '../../model/split-top.ts';
import type { StoryResult } from '../../results/story/schema.ts';
import { bytes, captured, count, counted, left, right, type Section } from '../report.ts';

/** Rows of the map, alike ones as one, those with the most in RAM first. */
export function rowSection({ rows, rowsLeftOut }: StoryResult, top: number): Section[] {
  if (rows.length === 0) return [];
  const { shown, rest } = splitTop(rows, top);
  const others = rest.length + rowsLeftOut;
  return [
    {
      title: 'Rows of the map',
      table: {
        columns: [
          right('in RAM'),
          right('rows'),
          right('each'),
          right('permissions'),
          left('', 'middle'),
        ],
        rows: shown.map((row) => ({
          cells: [
            row.residentBytes === null ? undefined : bytes(row.residentBytes),
            count(row.count),
            bytes(row.sizeBytes),
            row.permissions,
            captured(row.label),
          ],
          topic: row.topic,
          because: [`the first is on line ${row.line} of the map`],
          subject: { kind: 'memory-maps' },
        })),
      },
      notes:
        others > 0
          ? [
              [
                'and',
                ...counted(others, 'smaller kind'),
                'of rows; memtool pmap --all lists every row',
              ],
            ]
          : [],
    },
  ];
}
