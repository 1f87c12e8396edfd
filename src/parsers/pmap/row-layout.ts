import type { PmapRow } from './row.ts';

/** Equal for rows of one table. */
export const layoutOf = ({ shape, numbers }: PmapRow): string => `${shape} ${numbers}`;

/** The layout that most rows have; of two, the one with more numbers: it is easier to lose one. */
export function usualLayout(rows: readonly PmapRow[]): string | undefined {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(layoutOf(row), (counts.get(layoutOf(row)) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const candidates = rows.filter((row) => counts.get(layoutOf(row)) === most);
  const [first] = candidates.sort((a, b) => b.numbers - a.numbers);
  return first && layoutOf(first);
}
