import type { CapacityAccount } from '../../../analysis/growth/forward/capacity-account.ts';
import type { KnownBlock } from '../../../analysis/growth/growth.ts';
import { pagesOf } from '../../../model/bytes.ts';
import { gauge } from '../../parts/bars.ts';
import { type Line, span } from '../../parts/line.ts';

const FEWEST_ROWS = 5;
const TEXT_CELLS = 60;

/** How the container came here from empty, as far as there is room; the last steps matter most. */
export function pathLines(account: CapacityAccount, room: number, columns: number): Line[] {
  const { blocks, query, advice } = account.findings;
  const { call, block } = advice ?? {};
  if (room < FEWEST_ROWS + 2 || blocks.length < 2) return [];
  const shown = blocks.slice(-(room - 3));
  const most = shown.at(-1)!.placement?.bytes ?? shown.at(-1)!.requested;
  const title = `How it came here: ${blocks.length - 1} steps from empty${shown.length < blocks.length ? `, the last ${shown.length}` : ''}`;
  const heading = `${'capacity'.padStart(12)}${'bytes'.padStart(14)}${'takes'.padStart(14)}${'pages'.padStart(8)}`;
  const instead: Line[] =
    call && block?.placement
      ? [
          [
            span(`${call}(${query.length})`, 'strong'),
            ` instead: ${block.requested} bytes, takes ${block.placement.bytes}; no steps, and ${Math.max(0, account.total - block.placement.bytes)} bytes less`,
          ],
        ]
      : [];
  return [
    [],
    [span(title, 'strong')],
    [span(heading, 'dim')],
    ...shown.map((one) => blockLine(one, query.pageBytes, most, columns)),
    ...instead,
  ].slice(0, room);
}

function blockLine(
  { capacity, requested, placement }: KnownBlock,
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
