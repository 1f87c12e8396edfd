import type {
  CapacityAccount,
  NextPush,
} from '../../../analysis/growth/forward/capacity-account.ts';
import { pagesOf } from '../../../model/bytes.ts';
import { TOPICS } from '../../../results/topics.ts';
import { bar } from '../../parts/bars.ts';
import { type Line, span } from '../../parts/line.ts';
import { part } from './capacity-parts.ts';
import type { Stage } from './capacity-stages.ts';

const LABEL = 5;

/** What happens when one element more comes than there is room for. */
export function pushStage(account: CapacityAccount, width: number): Stage | undefined {
  const { next, block, total, findings } = account;
  if (next === undefined || block === undefined) return undefined;
  const after = next.block.placement?.bytes ?? next.block.requested;
  const { pageBytes } = findings.query;
  const pages = (bytes: number, isMapping: boolean) =>
    isMapping ? `${pagesOf(bytes, pageBytes)} pages` : `${bytes} bytes`;
  const isMapping = next.block.placement?.kind === 'mapping';
  const room = width - LABEL - 14;
  const row = (name: string, line: Line, end: string): Line => [
    span(name.padEnd(LABEL), 'dim'),
    ...line,
    ' ',
    span(end, 'dim'),
  ];
  return {
    words: [
      span('next push'.padEnd(10), 'strong'),
      `${block.capacity} is full, the next makes it `,
      span(`${next.block.capacity}`, 'strong'),
      `: ${block.requested} → ${next.block.requested} bytes`,
    ],
    drawn: [
      row(
        'old',
        bar([part('used', next.moved), part('rounding', total - next.moved)], after, room),
        pages(total, account.isMapping),
      ),
      row(
        'new',
        bar(
          [
            part('used', next.moved),
            part('spare', next.block.requested - next.moved),
            part('rounding', Math.max(0, after - next.block.requested)),
          ],
          after,
          room,
        ),
        pages(after, isMapping),
      ),
      [span(' '.repeat(LABEL), 'plain'), ...outcome(next)],
    ],
    topic: next.way === 'pages-move' ? TOPICS.moves : TOPICS.copies,
    because: REASONS[next.way],
  };
}

const REASONS: Readonly<Record<NextPush['way'], string>> = {
  'pages-move':
    'realloc of a block with a mapping of its own calls mremap, which moves page tables',
  'extends-or-copies':
    'realloc in the heap extends a block where there is room behind it, else it copies',
  copies: 'a new block is made, the elements are copied into it, then the old one is freed',
};

function outcome({ way, moved, together }: NextPush): Line {
  if (way === 'pages-move') {
    return [
      'mremap moves the pages: ',
      span('no byte is copied', 'strong'),
      ', there is never a second block',
    ];
  }
  if (way === 'extends-or-copies') {
    return [
      'realloc extends it in place, or ',
      span(`copies ${moved} bytes`, 'strong'),
      `; then both take ${together} bytes`,
    ];
  }
  return [
    span(`${moved} bytes are copied`, 'strong'),
    `, and for that moment both exist: ${together} bytes`,
  ];
}
