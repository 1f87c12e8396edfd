import type { StoryResult } from '../../results/story/schema.ts';
import { bytes, type Cell, captured } from '../report.ts';

type Answer = StoryResult['answer'];
type Range = NonNullable<Answer['live']>;
type Part = Answer['largest'][number];

/** The answer: how much RAM a process uses, what most of it is, and how that is known. */
export function answerTitle(result: StoryResult): Cell[] {
  const { answer, overTime } = result;
  const who: Cell[] = [captured(answer.program ?? 'the process'), ...processCells(answer)];
  const { residentBytes } = answer;
  if (residentBytes !== null) {
    return [...who, 'uses', bytes(residentBytes), 'of RAM:', ...partCells(answer)];
  }
  const { heapPeakBytes, heapEndBytes, isDump, isSampled, logPeakBytes } = overTime;
  const peak: Cell[] =
    heapPeakBytes !== null
      ? [bytes(heapPeakBytes, isSampled), 'of live heap at its peak;']
      : isDump && heapEndBytes !== null
        ? [bytes(heapEndBytes, isSampled), 'of live heap when its profile was written;']
        : logPeakBytes !== null
          ? [bytes(logPeakBytes), 'of heap and anonymous memory mapped at its peak;']
          : [];
  const unknown = 'how much RAM it uses is not known without a memory map that tells.';
  return peak.length === 0 ? [...who, unknown] : [...who, 'had', ...peak, unknown];
}

function processCells({ pid, threads }: Answer): Cell[] {
  const parts = [
    ...(pid === null ? [] : [`PID ${pid}`]),
    ...(threads !== null && threads > 1 ? [`${threads} threads`] : []),
  ];
  return parts.length === 0 ? [] : [`(${parts.join(', ')})`];
}

function partCells(answer: Answer): Cell[] {
  const [first, second] = answer.largest;
  if (first === undefined) return ['what it is used for, a memory map alone tells.'];
  if (first.kind === 'malloc') return mallocCells(answer, first);
  const is: Cell[] = [bytes(first.bytes), 'is', captured(first.label)];
  if (first.isDroppable) return [...is, 'which the kernel drops when memory is short.'];
  if (second === undefined) return [...is, 'and nothing else.'];
  if (second.kind === 'malloc') return [...is, 'and', ...mallocCells(answer, second)];
  return [...is, 'and', bytes(second.bytes), 'is', captured(`${second.label}.`)];
}

/** How much of malloc's memory is live, and how sure that is. */
function mallocCells({ malloc: title, live, free, overheadBytes }: Answer, malloc: Part): Cell[] {
  const name = title ?? 'malloc';
  if (live === null || free === null) {
    const unknown = `is in ${name}; how much of that is live, a memory map does not tell.`;
    return [bytes(malloc.bytes), unknown];
  }
  if (live.leastBytes < live.mostBytes) {
    return [
      ...rangeCells(live),
      'is live, and the rest of the',
      bytes(malloc.bytes),
      `in ${name} is free (a heap recording tells no more).`,
    ];
  }
  const how =
    live.basis === 'measured'
      ? 'counted in the heap itself'
      : 'estimated from a heap recording of another run';
  if (overheadBytes !== null && overheadBytes > free.mostBytes) {
    const taken = bytes(overheadBytes, live.basis === 'inferred');
    return [
      ...rangeCells(live),
      'is live and',
      taken,
      `is ${name}'s headers and rounding (${how}).`,
    ];
  }
  const end = `is free inside ${name} (${how}).`;
  return [...rangeCells(live), 'is live and', ...rangeCells(free), end];
}

export function rangeCells({ leastBytes, mostBytes, basis }: Range): Cell[] {
  const isInferred = basis === 'inferred';
  if (leastBytes === mostBytes) return [bytes(leastBytes, isInferred)];
  return [bytes(leastBytes, isInferred), 'to', bytes(mostBytes)];
}
