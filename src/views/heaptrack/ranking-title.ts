import type { CostName } from '../../results/heap/stack-schema.ts';
import type { StackStyle } from './stack-style.ts';

export const RANKING_TITLES: Readonly<Record<CostName, string>> = {
  peak: 'Live at the peak',
  calls: 'Allocation calls',
  temporary: 'Temporary allocations',
  leaked: 'Never freed',
  allocated: 'Bytes allocated in total',
  peakBlocks: 'Blocks live at the peak',
  leakedBlocks: 'Blocks never freed',
  reads: 'Bytes read',
  writes: 'Bytes written',
  copies: 'Calls of memcpy and its like',
  copied: 'Bytes copied',
  events: 'Events of the program',
  units: 'Units of the program',
};

/** What a ranking by a cost is about. */
export function rankingTitle(
  by: CostName,
  { figures, isSnapshot }: Pick<StackStyle, 'figures' | 'isSnapshot'>,
): string {
  // In a part of a recording, what was not freed in it is growth, not a leak.
  const isGrowth = by === 'leaked' && figures === 'window';
  const ofEnd = by === 'leaked' && isSnapshot ? 'Live when it was written' : RANKING_TITLES[by];
  const title = isGrowth ? 'Added in this time and not freed in it' : ofEnd;
  return figures === 'change' ? `Change: ${title}` : title;
}
