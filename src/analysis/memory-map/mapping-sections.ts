/** The rows of a memory map, sorted into sections by what one wants to compare. */
import { baseName } from '../../model/base-name.ts';
import type { Footprint } from '../../model/memory-map.ts';
import { titleOfUse } from './mapping-uses.ts';
import type { MemoryGroups, RoledMapping } from './memory-groups.ts';

export const MAP_GROUPINGS = ['none', 'kind', 'file', 'permissions'] as const;
export type MapGrouping = (typeof MAP_GROUPINGS)[number];

/** The sums that sections are compared by. */
export type SectionSums = Pick<Footprint, 'size' | 'resident' | 'pss' | 'dirty'>;

export interface MapSection {
  readonly name: string;
  readonly footprint: SectionSums;
  readonly mappings: readonly RoledMapping[];
  /** Where they stand in the map. */
  readonly indexes: readonly number[];
}

/** What a mapping is, as one of a few words. */
function kindOf({ role, use, mapping }: RoledMapping): string {
  if (use !== undefined) return titleOfUse(use.value);
  if (mapping.backing.kind === 'kernel') return 'kernel';
  return role.value === 'library' ? 'libraries' : role.value;
}

function sectionName(one: RoledMapping, by: MapGrouping): string {
  const { backing, permissions } = one.mapping;
  if (by === 'permissions') return permissions;
  if (by === 'kind') return kindOf(one);
  return backing.kind === 'file' ? baseName(backing.path) : kindOf(one);
}

/** A section that grows. Named fields and one pass: maps have up to a hundred thousand rows. */
class Section implements MapSection {
  readonly name: string;
  readonly mappings: RoledMapping[] = [];
  readonly indexes: number[] = [];
  /** NaN once a part is unknown, because a partial sum would be a lie. */
  readonly #sums = { size: 0, resident: 0, pss: 0, dirty: 0 };

  constructor(name: string) {
    this.name = name;
  }

  add(one: RoledMapping, index: number): void {
    this.mappings.push(one);
    this.indexes.push(index);
    const { mapping } = one;
    const sums = this.#sums;
    sums.size += mapping.size;
    sums.resident += mapping.resident ?? Number.NaN;
    sums.pss += mapping.pss ?? Number.NaN;
    sums.dirty += mapping.dirty ?? Number.NaN;
  }

  get footprint(): SectionSums {
    const known = (sum: number) => (Number.isNaN(sum) ? undefined : sum);
    const { size, resident, pss, dirty } = this.#sums;
    return { size, resident: known(resident), pss: known(pss), dirty: known(dirty) };
  }
}

/** The sections of a map in the order in which they begin; none where nothing is to be grouped. */
export function mapSections({ mappings }: MemoryGroups, by: MapGrouping): readonly MapSection[] {
  if (by === 'none') return [];
  const byName = new Map<string, Section>();
  for (let i = 0; i < mappings.length; i++) {
    const name = sectionName(mappings[i]!, by);
    let section = byName.get(name);
    if (section === undefined) {
      section = new Section(name);
      byName.set(name, section);
    }
    section.add(mappings[i]!, i);
  }
  return [...byName.values()];
}
