import type { CapacityAccount } from '../../../analysis/growth/forward/capacity-account.ts';
import { pagesOf } from '../../../model/bytes.ts';
import { fitColumns } from '../../../views/text/columns.ts';
import { gauge } from '../../parts/bars.ts';
import { type Line, span } from '../../parts/line.ts';
import { type ColumnSpec, tableHead, tableLine } from '../../parts/table.ts';

const FEWEST_ROWS = 4;

const COLUMNS: readonly ColumnSpec[] = [
  { title: 'capacity', width: 12, align: 'right' },
  { title: 'bytes', width: 12, align: 'right' },
  { title: 'takes', width: 12, align: 'right' },
  { title: 'pages', width: 6, align: 'right' },
  { title: '' },
];

/** How the container came here from empty, as far as there is room; the last steps matter most. */
export function pathLines({ findings }: CapacityAccount, room: number, columns: number): Line[] {
  const { blocks, query } = findings;
  const shown = blocks.slice(-Math.max(0, room - 3));
  if (room - 3 < FEWEST_ROWS || blocks.length < 2) return [];
  const takenBy = ({ placement, requested }: (typeof blocks)[number]) =>
    placement?.bytes ?? requested;
  const most = takenBy(shown.at(-1)!);
  const layout = fitColumns(COLUMNS, columns);
  const last = shown.length < blocks.length ? `, the last ${shown.length}` : '';
  return [
    [],
    [span(`How it came here: ${blocks.length - 1} steps from empty${last}`, 'strong')],
    tableHead(layout, COLUMNS),
    ...shown.map((block): Line => {
      const { capacity, requested, placement } = block;
      const pages =
        placement?.kind === 'mapping' ? String(pagesOf(placement.bytes, query.pageBytes)) : 'heap';
      return tableLine(layout, [
        String(capacity),
        String(requested),
        placement === undefined ? '?' : String(placement.bytes),
        placement === undefined ? '?' : pages,
        span(gauge(takenBy(block), most, layout.at(-1)!.width), 'fill-1'),
      ]);
    }),
  ];
}
