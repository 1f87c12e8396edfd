import type {
  CapacityAccount,
  CapacityRung,
} from '../../../analysis/growth/forward/capacity-account.ts';
import { pagesOf } from '../../../model/bytes.ts';
import { gauge } from '../../parts/bars.ts';
import { type Line, span } from '../../parts/line.ts';

const FEWEST_ROWS = 5;
const TEXT_CELLS = 60;

/** How the container came here from empty, as far as there is room; the last steps matter most. */
export function pathLines(account: CapacityAccount, room: number, columns: number): Line[] {
  const { rungs, query, container, exact } = account.findings;
  if (room < FEWEST_ROWS + 2 || rungs.length < 2) return [];
  const shown = rungs.slice(-(room - 3));
  const most = shown.at(-1)!.placement?.bytes ?? shown.at(-1)!.requested;
  const title = `How it came here: ${rungs.length - 1} steps from empty${shown.length < rungs.length ? `, the last ${shown.length}` : ''}`;
  const heading = `${'capacity'.padStart(12)}${'bytes'.padStart(14)}${'takes'.padStart(14)}${'pages'.padStart(8)}`;
  const instead: Line[] =
    exact?.placement && container.reserve
      ? [
          [
            span(`${container.reserve}(${query.length})`, 'strong'),
            ` instead: ${exact.requested} bytes, takes ${exact.placement.bytes}; no steps, and ${Math.max(0, account.total - exact.placement.bytes)} bytes less`,
          ],
        ]
      : [];
  return [
    [],
    [span(title, 'strong')],
    [span(heading, 'dim')],
    ...shown.map((rung) => rungLine(rung, query.pageBytes, most, columns)),
    ...instead,
  ].slice(0, room);
}

function rungLine(
  { capacity, requested, placement }: CapacityRung,
  pageBytes: number,
  most: number,
  columns: number,
): Line {
  const takes = placement?.bytes;
  const isMapping = placement?.kind === 'mapping';
  const pages = isMapping ? String(pagesOf(takes!, pageBytes)) : 'heap';
  return [
    String(capacity).padStart(12),
    String(requested).padStart(14),
    (takes === undefined ? '?' : String(takes)).padStart(14),
    (placement === undefined ? '?' : pages).padStart(8),
    '  ',
    span(gauge(takes ?? requested, most, Math.max(0, columns - TEXT_CELLS)), 'fill-1'),
  ];
}
