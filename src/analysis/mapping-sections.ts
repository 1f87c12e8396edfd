/** The rows of a memory map, sorted into sections by what one wants to compare. */
import type { Footprint } from '../model/memory-map.ts';
import { baseName } from './mapping-roles.ts';
import type { MemoryGroups, RoledMapping } from './memory-groups.ts';
import { useTitle } from './row-uses.ts';

export const MAP_GROUPINGS = ['none', 'kind', 'file', 'permissions'] as const;
export type MapGrouping = (typeof MAP_GROUPINGS)[number];

/** The sums that sections are compared by. */
export const SECTION_COLUMNS = ['size', 'resident', 'pss', 'dirty'] as const;
export type SectionColumn = (typeof SECTION_COLUMNS)[number];
export type SectionSums = Pick<Footprint, SectionColumn>;

export interface MapSection {
  readonly name: string;
  readonly footprint: SectionSums;
  readonly mappings: readonly RoledMapping[];
}

/** What a mapping is, as one of a few words. */
function kindOf({ role, use, mapping }: RoledMapping): string {
  if (use !== undefined) return useTitle(use.value);
  if (mapping.backing.kind === 'kernel') return 'kernel';
  return role.value === 'library' ? 'libraries' : role.value;
}

function sectionName(one: RoledMapping, by: MapGrouping): string {
  const { backing, permissions } = one.mapping;
  if (by === 'permissions') return permissions;
  if (by === 'kind') return kindOf(one);
  return backing.kind === 'file' ? baseName(backing.path) : kindOf(one);
}

/** Unknown as soon as one part is, because a partial sum would be a lie. */
function sumOf(mappings: readonly RoledMapping[], column: SectionColumn): number | undefined {
  let sum = 0;
  for (const { mapping } of mappings) {
    const value = mapping[column];
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum;
}

/** The sections of a map in the order in which they begin; none where nothing is to be grouped. */
export function mapSections({ mappings }: MemoryGroups, by: MapGrouping): readonly MapSection[] {
  if (by === 'none') return [];
  const byName = new Map<string, RoledMapping[]>();
  for (const one of mappings) {
    const name = sectionName(one, by);
    const members = byName.get(name);
    if (members) members.push(one);
    else byName.set(name, [one]);
  }
  return [...byName].map(([name, members]) => ({
    name,
    footprint: {
      size: sumOf(members, 'size') ?? 0,
      resident: sumOf(members, 'resident'),
      pss: sumOf(members, 'pss'),
      dirty: sumOf(members, 'dirty'),
    },
    mappings: members,
  }));
}
