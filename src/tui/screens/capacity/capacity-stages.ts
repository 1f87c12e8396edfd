import type { CapacityQuery } from '../../../analysis/growth/forward/capacity.ts';
import {
  type CapacityAccount,
  containerName,
} from '../../../analysis/growth/forward/capacity-account.ts';
import { pagesOf, roundUpToPage } from '../../../model/bytes.ts';
import type { TopicId } from '../../../model/topic.ts';
import { TOPICS } from '../../../results/topics.ts';
import { formatBytes, type Units } from '../../../views/text/quantity.ts';
import { type Line, span } from '../../parts/line.ts';
import type { Area } from '../../screen.ts';
import { part, stageBar } from './capacity-parts.ts';
import { pushStage } from './capacity-push.ts';

/** One thing that the screen says: a line of words, what is drawn below it, and why it is so. */
export interface Stage {
  readonly words: Line;
  readonly drawn: readonly Line[];
  readonly topic: TopicId;
  readonly because: string;
}

/** From the length to the pages in RAM, and what the next push does. */
export function stagesOf(
  account: CapacityAccount,
  numbers: CapacityQuery,
  units: Units,
  { columns }: Area,
): Stage[] {
  const { block, used, spare, header, rounding, total, isMapping, resident, untouched } = account;
  const { length, pageBytes } = numbers;
  const { elementBytes } = account.findings.query;
  const width = Math.max(8, columns - 2);
  const size = (bytes: number) =>
    units === 'human' && bytes >= 1024 ? ` (${formatBytes(bytes, 'human')})` : '';
  const label = (text: string) => span(text.padEnd(10), 'strong');
  const draw = (...segments: ReturnType<typeof part>[]) => [
    stageBar(segments, account, Math.max(total, 1), width),
  ];
  if (block === undefined) {
    return [
      {
        words: [label('length'), `${length} elements: nothing is allocated before the first`],
        drawn: [],
        topic: TOPICS.capacity,
        because: 'an empty container has no block: a push makes the first',
      },
    ];
  }
  const stages: Stage[] = [
    {
      words: [
        label('length'),
        `${length} × ${elementBytes} = `,
        span(`${used}`, 'strong'),
        ` bytes in use${size(used)}`,
      ],
      drawn: draw(part('used', used)),
      topic: TOPICS.capacity,
      because: 'elements that are in the container, times the size of one',
    },
    {
      words: [
        label('capacity'),
        ...(block.capacity * elementBytes === block.requested
          ? [`${block.capacity} × ${elementBytes} = `]
          : [`${block.capacity}, a block of `]),
        span(`${block.requested}`, 'strong'),
        ` bytes asked for${size(block.requested)}; ${account.findings.slackElements} spare = ${spare}`,
      ],
      drawn: draw(part('used', used), part('spare', spare)),
      topic: TOPICS.capacity,
      because: `${containerName(numbers.container)} ${account.rule}: the first capacity of its series that holds ${length}`,
    },
  ];
  if (block.placement === undefined) {
    stages.push({
      words: [label('block'), 'what this allocator takes beside it is not known'],
      drawn: [],
      topic: TOPICS.mmapThreshold,
      because: account.findings.allocator.words.join('; '),
    });
  } else {
    const asked = block.requested + header;
    stages.push({
      words: [
        label('+ header'),
        `${block.requested} + ${header} = `,
        span(`${asked}`, 'strong'),
        ` bytes; the allocator's own ${header}`,
      ],
      drawn: draw(part('header', header), part('used', used), part('spare', spare)),
      topic: TOPICS.headerBytes,
      because: account.findings.allocator.words.join('; '),
    });
    const pages = pagesOf(total, pageBytes);
    stages.push({
      words: isMapping
        ? [
            label('mapped'),
            `⌈${asked} / ${pageBytes}⌉ = ${pages} pages = `,
            span(`${total}`, 'strong'),
            ` bytes${size(total)}; rounding ${rounding}`,
          ]
        : [
            label('block'),
            `${asked} + ${rounding} = `,
            span(`${total}`, 'strong'),
            ` bytes of the heap; rounding ${rounding}`,
          ],
      drawn: draw(
        part('header', header),
        part('used', used),
        part('spare', spare),
        part('rounding', rounding),
      ),
      topic: isMapping ? TOPICS.mappedPages : TOPICS.mmapThreshold,
      because: isMapping
        ? `the kernel maps whole pages: ${asked} bytes need ${pages} of ${pageBytes}`
        : account.findings.allocator.words.join('; '),
    });
  }
  stages.push(residentStage());
  const push = pushStage(account, width);
  return push === undefined ? stages : [...stages, push];

  function residentStage(): Stage {
    if (resident === undefined || untouched === undefined) {
      return {
        words: [
          label('in RAM'),
          'it shares its pages with other blocks, so they are touched anyway',
        ],
        drawn: [],
        topic: TOPICS.mmapThreshold,
        because: 'only a block with a mapping of its own has pages of its own',
      };
    }
    return {
      words: [
        label('in RAM'),
        roundUpToPage(used + header, pageBytes) === resident.value
          ? `⌈${used + header} / ${pageBytes}⌉ = ${pagesOf(resident.value, pageBytes)} pages = `
          : `touched all over: ${pagesOf(resident.value, pageBytes)} pages = `,
        span(`${resident.value}`, 'strong'),
        ` bytes${size(resident.value)}; ${untouched} untouched`,
      ],
      drawn: [
        stageBar(
          [part('resident', resident.value), part('untouched', untouched)],
          { header: 0 },
          total,
          width,
        ),
      ],
      topic: TOPICS.residentBytes,
      because: resident.basis === 'inferred' ? resident.because : 'measured',
    };
  }
}
