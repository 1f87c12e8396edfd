import { expect, test } from 'vitest';
import { mappingRoles } from '../../../src/analysis/memory-map/mapping-roles.ts';
import {
  LINUX,
  type Mapping,
  type MemoryMap,
  UNKNOWN_FOOTPRINT,
} from '../../../src/model/memory-map.ts';

const KIB = 1024;

const mapping = (start: number, kib: number, permissions: string, path?: string): Mapping => ({
  ...UNKNOWN_FOOTPRINT,
  ...{ start, size: kib * KIB, permissions, offset: undefined, line: 1 },
  backing:
    path === undefined
      ? { kind: 'anonymous', name: undefined }
      : { kind: 'file', path, deleted: false },
});

/** As pmap shows it: without a name for the heap. */
const rolesOf = (...mappings: Mapping[]) => {
  const map: MemoryMap = {
    ...{ system: LINUX, pid: 1, command: 'node', executable: undefined, account: [], mappings },
    stated: undefined,
  };
  return mappingRoles(map).map(({ value }) => value);
};

test('the heap is behind the program, not behind its file where the program maps that again', () => {
  const libraries = 0x7f00_0000_0000;
  const found = rolesOf(
    mapping(0x40_0000, 1000, 'r-xp', '/usr/bin/node'),
    mapping(0x60_0000, 100, 'rw-p', '/usr/bin/node'),
    mapping(0x2000_0000, 2832, 'rw-p'),
    mapping(libraries, 1000, 'r--p', '/usr/bin/node'),
    // Stacks of threads above their guards.
    mapping(libraries + 1000 * KIB, 4, '---p'),
    mapping(libraries + 1004 * KIB, 8192, 'rw-p'),
    mapping(libraries + 9196 * KIB, 4, '---p'),
    mapping(libraries + 9200 * KIB, 8192, 'rw-p'),
  );
  expect(found[2]).toBe('heap');
  expect(found.slice(4)).toEqual(['anonymous', 'anonymous', 'anonymous', 'anonymous']);
});
