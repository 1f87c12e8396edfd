/** What shared memory is called by how it was made; the kernel names it (model/backing.ts). */

import { baseName } from '../model/base-name.ts';

const DELETED = / \(deleted\)$/;

/**
 * @param name as the kernel has it: `/dev/zero (deleted)`, `/SYSV0000beef (deleted)`, `/memfd:name (deleted)`,
 * `/dev/shm/name`.
 * @param program the file name of the process's program, where it is known.
 */
export function sharedMemoryTitle(name: string, program: string | undefined): string {
  const path = name.replace(DELETED, '');
  const base = baseName(path);
  if (base === 'zero' || name.startsWith('[anon_shmem')) {
    // The main segment, whose largest part they are (src/backend/port/sysv_shmem.c, CreateAnonymousSegment).
    return program === 'postgres'
      ? 'PostgreSQL shared memory (shared_buffers)'
      : 'anonymous shared memory';
  }
  if (base.startsWith('SYSV') || name.includes('shmid=')) return 'System V shared memory';
  if (base.startsWith('memfd:')) return `memfd ${base.slice('memfd:'.length)}`;
  return path.startsWith('/dev/shm/') ? `POSIX shared memory ${base}` : `shared memory ${base}`;
}
