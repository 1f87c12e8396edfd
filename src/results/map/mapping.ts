import { titleOfUse } from '../../analysis/memory-map/mapping-uses.ts';
import type { RoledMapping } from '../../analysis/memory-map/memory-groups.ts';
import { formatAddress } from '../../model/address.ts';
import type { Backing } from '../../model/memory-map.ts';
import { reasonOf } from '../claim.ts';
import { topicOfMapping, topicOfUse } from '../topics.ts';
import { footprintResult } from './footprint.ts';
import type { MappingResult } from './schema.ts';

/** Whether what a mapping is was inferred; a name that the capture gives says it all. */
export function isInferred({ role, use, mapping: { backing } }: RoledMapping): boolean {
  const isNamed = 'name' in backing && backing.name !== undefined;
  return role.basis === 'inferred' || (use !== undefined && !isNamed);
}

/** A row of a memory map. */
export function mappingResult(one: RoledMapping): MappingResult {
  const { mapping, role, use } = one;
  const sizes = footprintResult(mapping);
  return {
    // Field by field: to spread them takes many times as long, and maps have up to a hundred thousand rows.
    sizeBytes: sizes.sizeBytes,
    residentBytes: sizes.residentBytes,
    dirtyBytes: sizes.dirtyBytes,
    pssBytes: sizes.pssBytes,
    ussBytes: sizes.ussBytes,
    swapBytes: sizes.swapBytes,
    anonymousBytes: sizes.anonymousBytes,
    hugePageBytes: sizes.hugePageBytes,
    lazyFreeBytes: sizes.lazyFreeBytes,
    start: formatAddress(mapping.start),
    permissions: mapping.permissions,
    offset: mapping.offset === undefined ? null : formatAddress(mapping.offset),
    role: role.value,
    basis: role.basis,
    because: reasonOf(role),
    use: use
      ? {
          name: use.value,
          title: titleOfUse(use.value),
          topic: topicOfUse(use.value),
          because: reasonOf(use),
        }
      : null,
    backing: backingResult(mapping.backing),
    identity: isInferred(one) ? 'inferred' : 'measured',
    topic: topicOfMapping(role.value, use?.value) ?? null,
    line: mapping.line,
  };
}

const backingResult = (of: Backing): MappingResult['backing'] =>
  of.kind === 'anonymous' ? { ...of, name: of.name ?? null } : { ...of };
