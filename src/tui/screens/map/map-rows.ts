import {
  type MapGrouping,
  type MapSection,
  mapSections,
} from '../../../analysis/memory-map/mapping-sections.ts';
import type { MemoryGroups, RoledMapping } from '../../../analysis/memory-map/memory-groups.ts';
import type { TopicId } from '../../../model/topic.ts';
import { memoizeLast } from '../../screen.ts';
import type { Lens } from '../../state.ts';
import type { Tone } from '../../theme.ts';

/** A row of the map: a mapping, or the sum of some. */
export type MapRow =
  | { readonly kind: 'mapping'; readonly one: RoledMapping; readonly depth: 0 | 1 }
  | { readonly kind: 'section'; readonly section: MapSection; readonly isOpen: boolean };

const bytesOf = (one: RoledMapping, lens: Lens): number => one.mapping[lens] ?? 0;

/**
 * What was worked out of one map, kept as long as the map: there may be a hundred thousand mappings, and
 * every key asks again.
 */
class MapIndex {
  readonly #groups: MemoryGroups;
  readonly inOrder: readonly MapRow[];
  /** Where a mapping stands in the map. */
  readonly indexes: ReadonlyMap<RoledMapping, number>;
  readonly #sorted = new Map<Lens, readonly MapRow[]>();
  readonly #sections = new Map<MapGrouping, readonly MapSection[]>();
  readonly #ends = new Map<Lens, Float64Array>();

  constructor(groups: MemoryGroups) {
    this.#groups = groups;
    this.inOrder = groups.mappings.map((one) => ({ kind: 'mapping', one, depth: 0 }));
    this.indexes = new Map(groups.mappings.map((one, i) => [one, i]));
  }

  /** The largest first. */
  sorted(lens: Lens): readonly MapRow[] {
    return kept(this.#sorted, lens, () => {
      const { mappings } = this.#groups;
      const bytes = Float64Array.from(mappings, (one) => bytesOf(one, lens));
      const order = Uint32Array.from(mappings, (_, i) => i);
      order.sort((a, b) => bytes[b]! - bytes[a]! || a - b);
      return Array.from(order, (i) => this.inOrder[i]!);
    });
  }

  sections(grouping: MapGrouping): readonly MapSection[] {
    return kept(this.#sections, grouping, () => mapSections(this.#groups, grouping));
  }

  /** Sums of the mappings up to each one. */
  ends(lens: Lens): Float64Array {
    return kept(this.#ends, lens, () => {
      let total = 0;
      return Float64Array.from(this.#groups.mappings, (one) => {
        total += bytesOf(one, lens);
        return total;
      });
    });
  }
}

function kept<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

const indexOf = memoizeLast((groups: MemoryGroups) => new MapIndex(groups));

/** Rows in the order in which they stand; of a section its members where it is open. */
export const mapRows = memoizeLast(
  (
    groups: MemoryGroups,
    grouping: MapGrouping,
    sort: 'address' | 'lens',
    lens: Lens,
    open: readonly string[],
  ): readonly MapRow[] => {
    const index = indexOf(groups);
    if (grouping === 'none') return sort === 'address' ? index.inOrder : index.sorted(lens);
    const sections = index
      .sections(grouping)
      .toSorted((a, b) => (b.footprint[lens] ?? 0) - (a.footprint[lens] ?? 0));
    return sections.flatMap((section): MapRow[] => {
      const isOpen = open.includes(section.name);
      const head: MapRow = { kind: 'section', section, isOpen };
      if (!isOpen) return [head];
      const members =
        sort === 'address'
          ? section.mappings
          : section.mappings.toSorted((a, b) => bytesOf(b, lens) - bytesOf(a, lens));
      return [head, ...members.map((one): MapRow => ({ kind: 'mapping', one, depth: 1 }))];
    });
  },
);

interface Look {
  readonly title: string;
  readonly glyph: string;
  readonly tone: Tone;
}

/** Kinds of memory on the strip, each with a glyph of its own. */
export const LOOKS: readonly Look[] = [
  { title: 'heap', glyph: '█', tone: 'fill-1' },
  { title: 'anonymous', glyph: '▓', tone: 'fill-2' },
  { title: 'libraries', glyph: '▒', tone: 'fill-3' },
  { title: 'program', glyph: '░', tone: 'fill-4' },
  { title: 'stack', glyph: '▚', tone: 'fill-5' },
  { title: 'other', glyph: '·', tone: 'dim' },
];

const LOOK_OF: Readonly<Record<RoledMapping['role']['value'], number>> = {
  heap: 0,
  anonymous: 1,
  library: 2,
  executable: 3,
  stack: 4,
  kernel: 5,
  'shared-memory': 1,
  file: 5,
};

/** An address space side by side without its gaps, so that parts of it can be compared by length. */
export interface Strip {
  readonly total: number;
  /** Index into `LOOKS`, by cell. */
  readonly cells: readonly number[];
  /** The first and the last cell of a mapping, by where it stands in the map. */
  readonly first: Uint32Array;
  readonly last: Uint32Array;
}

export const mapStrip = memoizeLast((groups: MemoryGroups, lens: Lens, width: number): Strip => {
  const { mappings } = groups;
  const index = indexOf(groups);
  const ends = index.ends(lens);
  const total = ends.at(-1) ?? 0;
  const cells: number[] = [];
  let at = 0;
  for (let cell = 0; cell < width && total > 0; cell++) {
    const middle = ((cell + 0.5) / width) * total;
    while (at < mappings.length - 1 && ends[at]! <= middle) at++;
    cells.push(LOOK_OF[mappings[at]!.role.value]);
  }
  const cellAt = (bytes: number) =>
    total === 0 ? 0 : Math.min(width - 1, Math.floor((bytes / total) * width));
  const first = new Uint32Array(mappings.length);
  const last = new Uint32Array(mappings.length);
  for (let i = 0; i < mappings.length; i++) {
    first[i] = cellAt(i === 0 ? 0 : ends[i - 1]!);
    last[i] = Math.max(first[i]!, cellAt(ends[i]! - 1));
  }
  return { total, cells, first, last };
});

/** Where the mappings of a row stand in the map. */
export function indexesOf(groups: MemoryGroups, row: MapRow): readonly number[] {
  if (row.kind === 'section') return row.section.indexes;
  return [indexOf(groups).indexes.get(row.one) ?? 0];
}

/** The term that a kind of memory is explained by. */
export function topicOf(one: RoledMapping): TopicId {
  const { role, use, mapping } = one;
  if (role.value === 'heap') return 'brk-step';
  if (role.value === 'stack') return 'guard-pages';
  if (use === undefined && mapping.permissions.startsWith('---')) return 'overcommit';
  return topicOfUse(use?.value);
}

/** The term that explains what anonymous memory is for. */
export function topicOfUse(use: string | undefined): TopicId {
  switch (use) {
    case 'malloc-mapping':
      return 'mmap-threshold';
    case 'thread-arena':
      return 'arenas';
    case 'guard':
    case 'thread-stack':
      return 'guard-pages';
    case 'reservation':
      return 'overcommit';
    default:
      return 'rss-and-pss';
  }
}
