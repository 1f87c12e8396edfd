import { memoizeLast } from '../../../model/memoize.ts';
import type { MappingResult, ProcessResult } from '../../../results/map/schema.ts';
import { type MapGrouping, type MapSection, mapSections } from '../../../results/map/sections.ts';
import { LENS_FIELDS, type Lens } from '../../state.ts';
import type { Tone } from '../../theme.ts';

/** A row of the map: a mapping, or the sum of some. */
export type MapRow =
  | { readonly kind: 'mapping'; readonly one: MappingResult; readonly depth: 0 | 1 }
  | { readonly kind: 'section'; readonly section: MapSection; readonly isOpen: boolean };

const bytesOf = (one: MappingResult, lens: Lens): number => one[LENS_FIELDS[lens]] ?? 0;

/**
 * What was worked out of one map, kept as long as the map: there may be a hundred thousand mappings, and
 * every key asks again.
 */
class MapIndex {
  readonly #mappings: readonly MappingResult[];
  readonly inOrder: readonly MapRow[];
  /** Where a mapping stands in the map. */
  readonly indexes: ReadonlyMap<MappingResult, number>;
  readonly #sorted = new Map<Lens, readonly MapRow[]>();
  readonly #sections = new Map<MapGrouping, readonly MapSection[]>();
  readonly #ends = new Map<Lens, Float64Array>();

  constructor({ mappings }: ProcessResult) {
    this.#mappings = mappings;
    this.inOrder = mappings.map((one) => ({ kind: 'mapping', one, depth: 0 }));
    this.indexes = new Map(mappings.map((one, i) => [one, i]));
  }

  /** The largest first. */
  sorted(lens: Lens): readonly MapRow[] {
    return kept(this.#sorted, lens, () => {
      const mappings = this.#mappings;
      const bytes = Float64Array.from(mappings, (one) => bytesOf(one, lens));
      const order = Uint32Array.from(mappings, (_, i) => i);
      order.sort((a, b) => bytes[b]! - bytes[a]! || a - b);
      return Array.from(order, (i) => this.inOrder[i]!);
    });
  }

  sections(grouping: MapGrouping): readonly MapSection[] {
    return kept(this.#sections, grouping, () => mapSections(this.#mappings, grouping));
  }

  /** Sums of the mappings up to each one. */
  ends(lens: Lens): Float64Array {
    return kept(this.#ends, lens, () => {
      let total = 0;
      return Float64Array.from(this.#mappings, (one) => {
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

const indexOf = memoizeLast((map: ProcessResult) => new MapIndex(map));

/** Rows in the order in which they stand; of a section its members where it is open. */
export const mapRows = memoizeLast(
  (
    map: ProcessResult,
    grouping: MapGrouping,
    sort: 'address' | 'lens',
    lens: Lens,
    open: readonly string[],
  ): readonly MapRow[] => {
    const index = indexOf(map);
    if (grouping === 'none') return sort === 'address' ? index.inOrder : index.sorted(lens);
    const field = LENS_FIELDS[lens];
    const sections = index
      .sections(grouping)
      .toSorted((a, b) => (b.footprint[field] ?? 0) - (a.footprint[field] ?? 0));
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

const LOOK_OF: Readonly<Record<MappingResult['role'], number>> = {
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

export const mapStrip = memoizeLast((map: ProcessResult, lens: Lens, width: number): Strip => {
  const { mappings } = map;
  const index = indexOf(map);
  const ends = index.ends(lens);
  const total = ends.at(-1) ?? 0;
  const cells: number[] = [];
  let at = 0;
  for (let cell = 0; cell < width && total > 0; cell++) {
    const middle = ((cell + 0.5) / width) * total;
    while (at < mappings.length - 1 && ends[at]! <= middle) at++;
    cells.push(LOOK_OF[mappings[at]!.role]);
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
export function indexesOf(map: ProcessResult, row: MapRow): readonly number[] {
  if (row.kind === 'section') return row.section.indexes;
  return [indexInMap(map, row.one)];
}

/** Where a mapping stands in its map. */
export const indexInMap = (map: ProcessResult, one: MappingResult): number =>
  indexOf(map).indexes.get(one) ?? 0;
