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
  const base = path.slice(path.lastIndexOf('/') + 1);
  const isShared =
    (deleted && (base === 'zero' || /^SYSV[0-9a-f]{8}$/.test(base))) ||
    base.startsWith('memfd:') ||
    path.startsWith('/dev/shm/');
  return isShared ? { kind: 'shared-memory', name } : { kind: 'file', path, deleted };
}
