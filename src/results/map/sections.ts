/** The rows of a memory map, sorted into sections by what one wants to compare. */
import { baseName } from '../../model/base-name.ts';
import type { TopicId } from '../../model/topic.ts';
import type { MappingResult, SizeColumn } from './schema.ts';

export const MAP_GROUPINGS = ['none', 'kind', 'file', 'permissions'] as const;
export type MapGrouping = (typeof MAP_GROUPINGS)[number];

/** The sums that sections are compared by; null once a part is unknown. */
export type SectionSums = Pick<
  Record<SizeColumn, number | null>,
  'sizeBytes' | 'residentBytes' | 'pssBytes' | 'dirtyBytes'
>;

export interface MapSection {
  readonly name: string;
  readonly footprint: SectionSums;
  readonly mappings: readonly MappingResult[];
  /** Where they stand in the map. */
  readonly indexes: readonly number[];
  /** What explains all of them; null where they have not one page. */
  readonly topic: TopicId | null;
}

/** What a mapping is, as one of a few words. */
function kindOf({ role, use, backing }: MappingResult): string {
  if (use !== null) return use.title;
  if (backing.kind === 'kernel') return 'kernel';
  return role === 'library' ? 'libraries' : role;
}

function sectionName(one: MappingResult, by: MapGrouping): string {
  const { backing, permissions } = one;
  if (by === 'permissions') return permissions;
  if (by === 'kind') return kindOf(one);
  return backing.kind === 'file' ? baseName(backing.path) : kindOf(one);
}

/** A section that grows. Named fields and one pass: maps have up to a hundred thousand rows. */
class Section implements MapSection {
  readonly name: string;
  readonly mappings: MappingResult[] = [];
  readonly indexes: number[] = [];
  topic: TopicId | null;
  /** NaN once a part is unknown, because a partial sum would be a lie. */
  readonly #sums = { size: 0, resident: 0, pss: 0, dirty: 0 };

  constructor(name: string, topic: TopicId | null) {
    this.name = name;
    this.topic = topic;
  }

  add(one: MappingResult, index: number): void {
    this.mappings.push(one);
    this.indexes.push(index);
    if (one.topic !== this.topic) this.topic = null;
    const sums = this.#sums;
    sums.size += one.sizeBytes;
    sums.resident += one.residentBytes ?? Number.NaN;
    sums.pss += one.pssBytes ?? Number.NaN;
    sums.dirty += one.dirtyBytes ?? Number.NaN;
  }

  get footprint(): SectionSums {
    const known = (sum: number) => (Number.isNaN(sum) ? null : sum);
    const { size, resident, pss, dirty } = this.#sums;
    return {
      sizeBytes: size,
      residentBytes: known(resident),
      pssBytes: known(pss),
      dirtyBytes: known(dirty),
    };
  }
}

/** The sections of a map in the order in which they begin; none where nothing is to be grouped. */
export function mapSections(
  mappings: readonly MappingResult[],
  by: MapGrouping,
): readonly MapSection[] {
  if (by === 'none') return [];
  const byName = new Map<string, Section>();
  for (let i = 0; i < mappings.length; i++) {
    const name = sectionName(mappings[i]!, by);
    let section = byName.get(name);
    if (section === undefined) {
      section = new Section(name, mappings[i]!.topic);
      byName.set(name, section);
    }
    section.add(mappings[i]!, i);
  }
  return [...byName.values()];
}
