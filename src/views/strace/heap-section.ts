import type { SpaceFindings } from '../../analysis/call-log/findings.ts';
import type { RecognisedAllocator } from '../../analysis/replay/allocator-detection.ts';
import type { HeapFindings, UseFindings } from '../../analysis/replay/heap-findings.ts';
import { FIXED_THRESHOLD } from '../../analysis/replay/mmap-threshold.ts';
import { TOPICS, topicOfUse } from '../../results/topics.ts';
import {
  bytes,
  type Cell,
  captured,
  count,
  counted,
  left,
  type Row,
  right,
  type Section,
  seconds,
} from '../report.ts';

/** What the memory of a space was for, which allocator had it, and what that hides. */
export function heapSections({ heap }: SpaceFindings, hasClock: boolean): Section[] {
  if (heap.uses.length === 0) return [];
  const hasReserved = heap.uses.some(({ reserved }) => reserved > 0);
  return [
    {
      title: 'Heap and anonymous memory by use',
      table: {
        columns: [
          left('use'),
          right('at the end'),
          ...(hasReserved ? [right('reserved', TOPICS.reservedBytes)] : []),
          right('at most', TOPICS.peakBytes),
          right('line'),
          ...(hasClock ? [right('time')] : []),
        ],
        rows: heap.uses.map((use) => useRow(use, hasReserved, hasClock)),
      },
      notes: heapNotes(heap),
      topics: [
        ...(heap.usualSteps || heap.largestStep ? [TOPICS.heapBytes] : []),
        ...(heap.threshold && heap.threshold.grownSince.bytes > 0 ? [TOPICS.mmapThreshold] : []),
      ],
    },
  ];
}

function useRow(account: UseFindings, hasReserved: boolean, hasClock: boolean): Row {
  const { use, title, usable, reserved, peak, peakLine, peakTime } = account;
  const time = peakTime === undefined || peak === 0 ? undefined : seconds(peakTime);
  return {
    cells: [
      captured(title, use.id !== 'brk-heap'),
      bytes(usable),
      ...(hasReserved ? [reserved > 0 ? bytes(reserved) : undefined] : []),
      bytes(peak),
      peak > 0 ? count(peakLine) : undefined,
      ...(hasClock ? [time] : []),
    ],
    topic: topicOfUse(use.id),
  };
}

function heapNotes({
  malloc,
  runtimes,
  usualSteps,
  largestStep,
  threshold,
}: HeapFindings): Cell[][] {
  return [
    ...[...(malloc ? [malloc] : []), ...runtimes].map(recognised),
    ...(usualSteps?.basis === 'inferred' ? [[usualSteps.because]] : []),
    ...(largestStep
      ? [
          [
            `Line ${largestStep.line}: brk grew by`,
            bytes(largestStep.delta),
            'at once, for a request of at least',
            bytes(largestStep.request.value, true),
          ],
        ]
      : []),
    ...(threshold && threshold.grownSince.bytes > 0
      ? [
          [
            'Since a block of',
            bytes(threshold.first!.threshold),
            `was freed on line ${threshold.first!.line}, blocks below`,
            bytes(threshold.current, true),
            'can come from brk, which grew by',
            bytes(threshold.grownSince.bytes),
            'in',
            ...counted(threshold.grownSince.steps, 'step'),
            'since then; growth may hide there. To see it, record with',
            FIXED_THRESHOLD,
          ],
        ]
      : []),
  ];
}

const recognised = ({ allocator, line }: RecognisedAllocator): Cell[] => [
  captured(allocator.value.title, true),
  captured(`(line ${line}: ${allocator.basis === 'inferred' ? allocator.because : ''})`),
];

/** How heap and anonymous memory developed; a chart needs more than one moment. */
export function timelineSections({ heap: { timeline } }: SpaceFindings): Section[] {
  const { points, unit } = timeline;
  if (points.length < 2 || unit === undefined) return [];
  const isOverTime = unit === 'seconds';
  return [
    {
      title: `Heap and anonymous memory over ${isOverTime ? 'time' : 'the lines of the log'}`,
      chart: {
        unit: 'bytes',
        over: unit,
        points: points.map(({ at, heap, anonymous }) => ({ x: at, y: heap + anonymous })),
      },
    },
  ];
}
