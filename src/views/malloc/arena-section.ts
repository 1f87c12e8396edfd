import type { ArenaFigures } from '../../analysis/malloc/glibc/arena-figures.ts';
import type { Bytes } from '../../model/bytes.ts';
import { splitTop } from '../../model/split-top.ts';
import { TOPICS } from '../../results/topics.ts';
import { address, bytes, type Cell, left, type Row, right, type Section } from '../report.ts';

/** Each arena; nothing where there is the main one alone. */
export function arenaSections(arenas: readonly ArenaFigures[], top: number): Section[] {
  if (arenas.length < 2) return [];
  const { shown, rest } = splitTop(
    arenas.toSorted((a, b) => b.systemBytes - a.systemBytes),
    top,
  );
  return [
    {
      table: {
        columns: [
          left(`${arenas.length} arenas`, undefined, TOPICS.arenas),
          right('from the system'),
          right('live'),
          right('free'),
          right('in RAM'),
          right('malloc_trim gives', TOPICS.trimmableBytes),
        ],
        rows: [
          ...shown.map((one) => arenaRow(one.isMain ? 'main arena' : address(one.start), [one])),
          ...(rest.length > 0 ? [arenaRow(`${rest.length} others`, rest)] : []),
        ],
      },
    },
  ];
}

function arenaRow(label: Cell, arenas: readonly ArenaFigures[]): Row {
  const sum = (of: (arena: ArenaFigures) => Bytes) =>
    bytes(arenas.reduce((total, arena) => total + of(arena), 0));
  return {
    cells: [
      label,
      sum((one) => one.systemBytes),
      sum((one) => one.live.bytes),
      sum(({ binned, fast, cached, top }) => binned.bytes + fast.bytes + cached.bytes + top),
      sum((one) => one.resident),
      sum((one) => one.trimmable),
    ],
  };
}
