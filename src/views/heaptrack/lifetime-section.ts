import type { BlockLives } from '../../analysis/heap/block-lifetimes.ts';
import type { HeapFindings } from '../../analysis/heap/findings.ts';
import { splitTop } from '../../model/split-top.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  bytes,
  captured,
  count,
  counted,
  type Fact,
  left,
  right,
  type Section,
  seconds,
} from '../report.ts';
import { frameCell, placeWords, type StackStyle } from './stack-style.ts';

const inferredCount = (value: number) => ({ ...count(value), inferred: true });

/** What a recording with addresses says of its blocks, in short. */
export function lifeFacts(lives: BlockLives): Fact[] {
  const { freed, neverFreed, meanSeconds, grown, grownInPlace, longestChain } = lives;
  const facts: (Fact | undefined)[] = [
    {
      label: 'blocks',
      cells: [
        count(freed),
        'freed,',
        ...(meanSeconds > 0
          ? ['after', seconds(meanSeconds), 'on average;']
          : ['before the clock moved;']),
        count(neverFreed),
        'never',
      ],
    },
    grown > 0
      ? {
          label: 'grown by realloc',
          // No recorder tells `realloc` from a free and a larger allocation directly after it.
          cells: [
            inferredCount(grown),
            grown === 1 ? 'time,' : 'times,',
            inferredCount(grownInPlace),
            'in place; one block',
            inferredCount(longestChain),
            longestChain === 1 ? 'time' : 'times',
          ],
          topic: TOPICS.growthRule,
        }
      : undefined,
    lives.unknownFrees > 0
      ? {
          label: 'freed, not seen before',
          cells: [...counted(lives.unknownFrees, 'block'), 'allocated before the recording began'],
        }
      : undefined,
    lives.lostFrees > 0
      ? {
          label: 'frees not recorded',
          cells: [...counted(lives.lostFrees, 'block'), 'of', bytes(lives.lostBytes), 'in all'],
        }
      : undefined,
  ];
  return facts.filter((fact) => fact !== undefined);
}

/** How long blocks lived: all of them by time, and by the place that allocated them. */
export function lifetimeSections(
  { summary: { lives, recording }, details: { lifetimes } }: HeapFindings,
  style: StackStyle,
  top: number,
): Section[] {
  if (lifetimes === undefined) return [];
  if (lives === undefined) {
    const { tellsBlocksWith } = recording.recorder;
    const other = tellsBlocksWith === undefined ? '' : `; one of ${tellsBlocksWith} does`;
    return [{ title: 'Lifetimes', notes: [[`this recording does not tell blocks apart${other}`]] }];
  }
  const { shown, rest } = splitTop(lifetimes, top);
  const others = rest.length > 0 ? [[...counted(rest.length, 'other place')]] : [];
  return [
    {
      title: 'Lifetimes of freed blocks',
      table: {
        columns: [right('from'), right('to'), right('blocks')],
        rows: lives.classes.map(({ from, to, blocks }) => ({
          cells: [seconds(from / 1000), seconds(to / 1000), count(blocks)],
        })),
      },
      notes: [['by the clock of the recorder, which moves about every 10 ms']],
    },
    {
      title: 'Where freed blocks came from',
      table: {
        columns: [
          right('freed'),
          right('after'),
          right('grown'),
          right('in place'),
          left('place', 'middle'),
          left('', 'start'),
        ],
        rows: shown.map(({ place, freed, meanSeconds, grown, grownInPlace }) => ({
          cells: [
            count(freed),
            seconds(meanSeconds),
            inferredCount(grown),
            inferredCount(grownInPlace),
            frameCell(place, style),
            captured(placeWords(place)),
          ],
        })),
      },
      notes: others,
    },
  ];
}
