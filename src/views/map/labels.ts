import type { MappingResult } from '../../results/map/schema.ts';

/** What a mapping is, in a word or by its path. */
export function mappingLabel(mapping: MappingResult): string {
  const { backing, role, use } = mapping;
  switch (backing.kind) {
    case 'file':
      return `${backing.path}${backing.deleted ? ' (deleted)' : ''}${partWords(mapping)}`;
    case 'anonymous':
      if (backing.name !== null) return `${role} ${backing.name}`;
      return use?.title ?? role;
    case 'kernel':
    case 'shared-memory':
      return `${role} ${backing.name}`;
    default:
      return role;
  }
}

/** Which part of a program or library a row is, by its rights. */
function partWords({ permissions, dirtyBytes, role }: MappingResult): string {
  if (role !== 'library' && role !== 'executable') return '';
  if (permissions.includes('x')) return ', code';
  if (permissions[1] === 'w') return ', data';
  if (!permissions.startsWith('r')) return ', gap';
  // The loader wrote there, and then forbade it (RELRO).
  return dirtyBytes ? ', relocated' : ', constants';
}
