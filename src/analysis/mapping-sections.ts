/** The rows of a memory map, sorted into sections by what one wants to compare. */
import type { Footprint } from '../model/memory-map.ts';
import { baseName } from './mapping-roles.ts';
import { groupOf, type MemoryGroups, type RoledMapping } from './memory-groups.ts';
import { useTitle } from './row-uses.ts';

export const MAP_GROUPINGS = ['none', 'kind', 'file', 'permissions'] as const;
export type MapGrouping = (typeof MAP_GROUPINGS)[number];

/** What a mapping is, as one of a few words. */
export function kindOf({ role, use, mapping }: RoledMapping): string {
  if (use !== undefined) return useTitle(use.value);
  if (mapping.backing.kind === 'kernel') return 'kernel';
  return role.value === 'library' ? 'libraries' : role.value;
}

export interface MapSection {
  readonly name: string;
  readonly footprint: Footprint;
  readonly mappings: readonly RoledMapping[];
}

function sectionName(one: RoledMapping, by: MapGrouping): string {
  const { backing, permissions } = one.mapping;
  if (by === 'permissions') return permissions;
  if (by === 'kind') return kindOf(one);
  return backing.kind === 'file' ? baseName(backing.path) : kindOf(one);
}

/** The sections of a map, the largest by a column first; none where nothing is to be grouped. */
export function mapSections(
  { mappings }: MemoryGroups,
  by: MapGrouping,
  column: keyof Footprint,
): readonly MapSection[] {
  if (by === 'none') return [];
  const byName = new Map<string, RoledMapping[]>();
  for (const one of mappings) {
    const name = sectionName(one, by);
    const members = byName.get(name);
    if (members) members.push(one);
    else byName.set(name, [one]);
  }
  return [...byName]
    .map(([name, members]) => ({ name, ...groupOf(members) }))
    .sort((a, b) => (b.footprint[column] ?? 0) - (a.footprint[column] ?? 0));
}
