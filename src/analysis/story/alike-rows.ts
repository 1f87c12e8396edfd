/** Rows of a map, those of one use, one size and the same permissions as one. */
import type { Bytes } from '../../model/bytes.ts';
import { groupBy } from '../../model/group-by.ts';
import type { TopicId } from '../../model/topic.ts';
import type { MemoryPart } from './memory-parts.ts';
import { total } from './memory-parts.ts';

export interface AlikeRows {
  readonly label: string;
  readonly topic: TopicId;
  readonly permissions: string;
  readonly count: number;
  /** Of each. */
  readonly size: Bytes;
  /** Of all together; undefined where the map has no resident sizes. */
  readonly resident: Bytes | undefined;
  /** Of the first. */
  readonly line: number;
}

/** What is in RAM first, the largest first. */
export function alikeRows(parts: readonly MemoryPart[]): readonly AlikeRows[] {
  return parts
    .flatMap(({ label, topic, rows }) =>
      [...groupBy(rows, ({ mapping }) => `${mapping.size} ${mapping.permissions}`).values()].map(
        (alike): AlikeRows => {
          const { size, permissions, line } = alike[0]!.mapping;
          const isKnown = alike.every(({ mapping }) => mapping.resident !== undefined);
          return {
            ...{ label, topic, permissions, size, line, count: alike.length },
            resident: isKnown ? total(alike, 'resident') : undefined,
          };
        },
      ),
    )
    .sort((a, b) => (b.resident ?? 0) - (a.resident ?? 0) || b.size * b.count - a.size * a.count);
}
