import { baseName } from './base-name.ts';
import type { Backing } from './memory-map.ts';

const DELETED = ' (deleted)';

/**
 * What stands behind a mapping whose name is a path, or the last part of one.
 *
 * The kernel gives shared anonymous memory the name of a deleted file: `/dev/zero (deleted)` for
 * mmap(MAP_SHARED|MAP_ANONYMOUS), `/SYSV0000beef (deleted)` for shmget, `/memfd:name (deleted)` for
 * memfd_create; POSIX shm_open makes files in /dev/shm (proc_pid_maps(5), shmem_zero_setup in
 * mm/shmem.c). They hold memory, not file contents.
 */
export function fileBacking(name: string): Backing {
  const deleted = name.endsWith(DELETED);
  const path = deleted ? name.slice(0, -DELETED.length) : name;
  const base = baseName(path);
  const isShared =
    (deleted && (base === 'zero' || /^SYSV[0-9a-f]{8}$/.test(base))) ||
    base.startsWith('memfd:') ||
    path.startsWith('/dev/shm/');
  // MAP_HUGETLB; it holds memory as well.
  if (deleted && base === 'anon_hugepage') return { kind: 'anonymous', name: base };
  return isShared ? { kind: 'shared-memory', name } : { kind: 'file', path, deleted };
}

/**
 * What stands behind a mapping under the name that the kernel gives it: nothing for anonymous memory,
 * `[heap]`, `[stack]`, `[anon:name]`, `[vdso]`, or a path (proc_pid_maps(5)).
 */
export function kernelBacking(name: string): Backing {
  if (name === '') return { kind: 'anonymous', name: undefined };
  const bracket = /^\[(.*)\]$/.exec(name);
  if (bracket === null) {
    return name.startsWith('anon_inode:') ? { kind: 'anonymous', name } : fileBacking(name);
  }
  const word = bracket[1]!;
  if (word === 'heap') return { kind: 'heap' };
  if (word === 'stack' || word.startsWith('stack:')) return { kind: 'stack' };
  if (word.startsWith('anon:')) return { kind: 'anonymous', name: word.slice('anon:'.length) };
  if (word.startsWith('anon_shmem:')) return { kind: 'shared-memory', name };
  return { kind: 'kernel', name: word };
}
