import type { StoryResult } from '../../results/story/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, type Cell, captured, type Fact, type Section, seconds } from '../report.ts';
import { rangeCells } from './answer-title.ts';
import type { Places } from './places.ts';

const TAKEN_WORDS = {
  peak: 'when most was in RAM',
  exit: 'at its exit',
  last: 'as last seen',
  running: 'while it ran',
} as const;

/** How the process developed: RSS as it was recorded, the moments of the maps, the heap of a recording. */
export function timeSection(result: StoryResult, places: Places): Section[] {
  const facts = [...residentFact(result), ...momentFact(result, places), ...heapFact(result)];
  return facts.length === 0 ? [] : [{ title: 'Over time', facts }];
}

function residentFact({ overTime: { resident, highestResidentBytes } }: StoryResult): Fact[] {
  const [first, last] = [resident[0], resident.at(-1)];
  if (first === undefined || last === undefined || highestResidentBytes === null) return [];
  const points = resident.map((one) => ({ x: one.seconds, y: one.bytes }));
  return [
    {
      label: 'RSS',
      cells: [
        { kind: 'curve', points },
        ...[seconds(first.seconds), 'to', seconds(last.seconds)],
        ...['· highest', bytes(highestResidentBytes)],
      ],
      topic: TOPICS.residentBytes,
    },
  ];
}

/** Peak and end, where both were captured; the first is what the report is about. */
function momentFact({ snapshots }: StoryResult, places: Places): Fact[] {
  const [told] = snapshots;
  const isAlone = snapshots.length === 1 && told?.taken === null;
  if (told === undefined || isAlone) return [];
  const cells = snapshots.flatMap((one, i): Cell[] => {
    const when = one.taken === null ? places.capture(one.name) : TAKEN_WORDS[one.taken];
    const at: Cell[] = one.seconds === null ? [] : ['after', seconds(one.seconds)];
    const size = one.residentBytes === null ? 'RAM not known' : bytes(one.residentBytes);
    const parts: Cell[] = one.live === null ? [] : ['with', ...rangeCells(one.live), 'live'];
    return [...(i === 0 ? [] : ['·']), captured(`${when}:`), size, ...at, ...parts];
  });
  return [{ label: 'maps', cells: cells }];
}

/** Of a running program only what was live when it wrote its profile is known. */
function dumpFact({ recorder, isDump, isSampled, heapEndBytes }: StoryResult['overTime']): Fact[] {
  if (!isDump || heapEndBytes === null) return [];
  return [
    {
      label: recorder ?? 'recording',
      cells: [bytes(heapEndBytes, isSampled), 'live when the profile was written'],
      topic: TOPICS.leakedBytes,
      subject: { kind: 'heap-profile' },
    },
  ];
}

function heapFact({ overTime }: StoryResult): Fact[] {
  const { recorder, heapPeakBytes, heapEndBytes, logPeakBytes, logPeakLine, logEndBytes } =
    overTime;
  const heap: Fact[] =
    heapPeakBytes === null
      ? dumpFact(overTime)
      : [
          {
            label: recorder ?? 'recording',
            cells: [
              ...[bytes(heapPeakBytes), 'live at its peak'],
              ...(heapEndBytes === null ? [] : ['·', bytes(heapEndBytes), 'at the end']),
            ],
            topic: TOPICS.peakBytes,
            subject: { kind: 'heap-profile' },
          },
        ];
  if (logPeakBytes === null || logEndBytes === null) return heap;
  const line = logPeakLine === null ? '' : ` (line ${logPeakLine})`;
  const log: Fact = {
    label: 'strace',
    cells: [
      ...[bytes(logPeakBytes), `of private memory mapped at its peak${line}`],
      ...['·', bytes(logEndBytes), 'at the end'],
    ],
    topic: TOPICS.peakBytes,
    subject: { kind: 'syscall-trace' },
  };
  return [...heap, log];
}
