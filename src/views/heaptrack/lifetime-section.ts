import { splitTop } from '../../model/split-top.ts';
import type { HeapResult } from '../../results/heap/schema.ts';
import type { BlocksResult } from '../../results/heap/summary-schema.ts';
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
export function lifeFacts(blocks: BlocksResult): Fact[] {
  const { freed, neverFreed, meanLifetimeSeconds, grown, grownInPlace, longestChain } = blocks;
  const facts: (Fact | undefined)[] = [
    {
      label: 'blocks',
      cells: [
        count(freed),
        'freed,',
        ...(meanLifetimeSeconds > 0
          ? ['after', seconds(meanLifetimeSeconds), 'on average;']
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
            ...(longestChain === null
              ? ['in place']
              : [
                  'in place; one block',
                  inferredCount(longestChain),
                  longestChain === 1 ? 'time' : 'times',
                ]),
          ],
          topic: TOPICS.growthRule,
        }
      : undefined,
    ...lostFacts(blocks),
  ];
  return facts.filter((fact) => fact !== undefined);
}

/** What is missing: frees of blocks that were allocated before, and blocks whose free is not there. */
export function lostFacts({ unknownFrees, lostFrees, lostBytes }: BlocksResult): Fact[] {
  const facts: (Fact | undefined)[] = [
    unknownFrees > 0
      ? {
          label: 'freed, not seen before',
          cells: [...counted(unknownFrees, 'block'), 'allocated before the recording began'],
        }
      : undefined,
    lostFrees > 0
      ? {
          label: 'frees not recorded',
          cells: [...counted(lostFrees, 'block'), 'of', bytes(lostBytes), 'in all'],
        }
      : undefined,
  ];
  return facts.filter((fact) => fact !== undefined);
}

/** How long blocks lived: all of them by time, and by the place that allocated them. */
export function lifetimeSections(
  { blocks, recording, lifetimes }: HeapResult,
  style: StackStyle,
  top: number,
): Section[] {
  if (lifetimes === null) return [];
  if (blocks === null) {
    const { tellsBlocksWith } = recording.recorder;
    const other = tellsBlocksWith === null ? '' : `; one of ${tellsBlocksWith} does`;
    return [{ title: 'Lifetimes', notes: [[`this recording does not tell blocks apart${other}`]] }];
  }
  const { shown, rest } = splitTop(lifetimes, top);
  const others = rest.length > 0 ? [[...counted(rest.length, 'other place')]] : [];
  return [
    {
      title: 'Lifetimes of freed blocks',
      table: {
        columns: [right('from'), right('to'), right('blocks')],
        rows: blocks.lifetimes.map(({ fromSeconds, toSeconds, blocks: lived }) => ({
          cells: [seconds(fromSeconds), seconds(toSeconds), count(lived)],
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
        rows: shown.map(({ place, freed, meanLifetimeSeconds, grown, grownInPlace }) => ({
          cells: [
            count(freed),
            seconds(meanLifetimeSeconds),
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
