import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import { allocatorsInMap } from '../../knowledge/memory-owner.ts';
import { LINUX, type Mapping, type MemoryMap } from '../../model/memory-map.ts';

/** The allocators and runtimes of a process, as far as its memory map shows them. Marks are Linux's. */
export function mapAllocators({ system, mappings, executable }: MemoryMap): readonly Allocator[] {
  if (system !== LINUX) return [];
  const files = new Set<string>(executable === undefined ? [] : [executable]);
  const rows: Mapping[] = [];
  for (const mapping of mappings) {
    const { backing } = mapping;
    if (backing.kind === 'file') files.add(backing.path);
    else if (backing.kind === 'anonymous') rows.push(mapping);
  }
  return allocatorsInMap([...files], rows);
}
