import type { AdviceResult, StoryResult } from '../../results/story/schema.ts';
import { type Cell, captured, left, type Row, right, type Section } from '../report.ts';

/** What would make the process smaller, the most first; at most three. */
const SHOWN = 3;

/** Changes that evidence speaks for, each with what it would save. */
export function adviceSection({ advice }: StoryResult): Section[] {
  if (advice.length === 0) return [];
  return [
    {
      title: 'What would help',
      table: {
        columns: [left('', 'middle'), right('saves RAM'), left('', 'wrap')],
        rows: advice.slice(0, SHOWN).map(adviceRow),
      },
    },
  ];
}

function adviceRow({ what, savesBytes, because, tryIt, topic }: AdviceResult): Row {
  const reason = tryIt === null ? because : `${because}. Try: ${tryIt}`;
  return { cells: [captured(what), savedCell(savesBytes), captured(reason)], topic };
}

function savedCell(saved: AdviceResult['savesBytes']): Cell {
  if (saved === null) return 'none';
  const { leastBytes, mostBytes } = saved;
  return { kind: 'bytes', value: mostBytes, atMost: leastBytes < mostBytes };
}
