import type { MeasuredBlock } from '../../analysis/malloc/glibc/arena-account.ts';
import type { HeapSums } from '../../analysis/malloc/heap-sums.ts';
import {
  type LiveSize,
  liveSizes,
  type SizeClass,
  sizeClasses,
} from '../../analysis/malloc/size-classes.ts';
import { type Bytes, KIB, MIB } from '../../model/bytes.ts';
import { splitTop } from '../../model/split-top.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  address,
  bytes,
  count,
  counted,
  left,
  percent,
  type Row,
  right,
  type Section,
} from '../report.ts';

/** How large live and free blocks are, and of which size most of them. */
export function classSections(sums: HeapSums): Section[] {
  const classes = sizeClasses(sums).filter(({ live, free }) => live.count + free.count > 0);
  if (classes.length === 0) return [];
  return [
    {
      table: {
        columns: [
          left('Blocks with header', undefined, TOPICS.largestFreeBytes),
          right('live'),
          right('bytes'),
          right('free'),
          right('bytes'),
          left('most live bytes in', undefined, TOPICS.headerBytes),
        ],
        rows: classes.map(({ over, upTo, live, free, most }) => ({
          cells: [
            className({ over, upTo }),
            count(live.count),
            bytes(live.bytes),
            count(free.count),
            bytes(free.bytes),
            most && `${most.count} × malloc of ${requestWords(most)}`,
          ],
        })),
      },
    },
  ];
}

const requestWords = ({ leastRequest, mostRequest }: LiveSize): string =>
  `${leastRequest} to ${mostRequest}`;

/** Which sizes have most of the live bytes. */
export function sizeSections(sums: HeapSums, top: number): Section[] {
  const { shown, rest } = splitTop(liveSizes(sums), top);
  if (shown.length === 0) return [];
  const all = Math.max(1, sums.live.bytes);
  const row = (label: string, blocks: number, size: Bytes): Row => ({
    cells: [label, count(blocks), bytes(size), percent((100 * size) / all)],
  });
  const sumOf = (of: 'count' | 'bytes') => rest.reduce((sum, one) => sum + one[of], 0);
  return [
    {
      table: {
        columns: [
          left('malloc of … bytes', undefined, TOPICS.headerBytes),
          right('live blocks'),
          right('bytes'),
          right('of live bytes'),
        ],
        rows: [
          ...shown.map((one) => row(requestWords(one), one.count, one.bytes)),
          ...(rest.length > 0
            ? [row(`${rest.length} other sizes`, sumOf('count'), sumOf('bytes'))]
            : []),
        ],
      },
    },
  ];
}

function className({ over, upTo }: Pick<SizeClass, 'over' | 'upTo'>): string {
  return upTo === Number.POSITIVE_INFINITY ? `over ${short(over)}` : `up to ${short(upTo)}`;
}

const short = (size: Bytes): string =>
  size >= MIB ? `${size / MIB} MiB` : size >= KIB ? `${size / KIB} KiB` : `${size} B`;

/** The largest live blocks. */
export function blockSections(blocks: readonly MeasuredBlock[], top: number): Section[] {
  if (blocks.length === 0) return [];
  const { shown, rest } = splitTop(blocks, top);
  const untouched = blocks.reduce((sum, { untouchedEnd }) => sum + untouchedEnd, 0);
  const sumOf = (of: 'size' | 'touched' | 'untouchedEnd') =>
    bytes(rest.reduce((sum, one) => sum + one[of], 0));
  return [
    {
      table: {
        columns: [
          left('Largest live blocks'),
          right('bytes'),
          right('touched'),
          right('untouched end'),
        ],
        rows: [
          ...shown.map((one) => ({
            cells: [
              address(one.address),
              bytes(one.size),
              bytes(one.touched),
              bytes(one.untouchedEnd),
            ],
          })),
          ...(rest.length > 0
            ? [
                {
                  cells: [
                    `${rest.length} others`,
                    sumOf('size'),
                    sumOf('touched'),
                    sumOf('untouchedEnd'),
                  ],
                },
              ]
            : []),
        ],
      },
      notes:
        untouched === 0
          ? []
          : [
              [
                bytes(untouched),
                'at the ends of',
                ...counted(blocks.length, 'block'),
                'of 64 KiB and more were never written: capacity that takes no RAM.',
              ],
            ],
    },
  ];
}
