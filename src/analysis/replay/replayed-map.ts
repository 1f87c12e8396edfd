import { fileBacking } from '../../model/backing.ts';
import {
  type Backing,
  LINUX,
  type Mapping,
  type MemoryMap,
  type Permissions,
  UNKNOWN_FOOTPRINT,
} from '../../model/memory-map.ts';
import { PROT } from '../../model/syscall-trace.ts';
import type { MapSample } from './folds/map-samples.ts';
import type { MappedRow } from './mapped-rows.ts';
import type { ReplayedSpace } from './replayed-space.ts';

/**
 * A moment of a log as a memory map, to be looked at as a captured one is. A log knows sizes and rights,
 * nothing of RAM; of what lay there before it begins only what later calls worked on.
 */
export function replayedMap(
  { pid, replayed }: { readonly pid: number | undefined; readonly replayed: ReplayedSpace },
  { line, rows }: MapSample,
): MemoryMap {
  const { program } = replayed;
  return {
    system: LINUX,
    pid,
    command: program,
    executable: program,
    mappings: rows.map((row) => mappingOf(row, line)),
    stated: undefined,
    account: [],
  };
}

const mappingOf = (row: MappedRow, line: number): Mapping => ({
  ...UNKNOWN_FOOTPRINT,
  start: row.start,
  size: row.end - row.start,
  permissions: permissionsOf(row),
  offset: undefined,
  backing: backingOf(row),
  line,
});

/** What made it is not in the log: the kernel, when it started the program, or calls before the log. */
const UNSEEN = 'at exec, or before the log';

function backingOf({ kind, path }: MappedRow): Backing {
  switch (kind) {
    case 'heap':
      return { kind: 'heap' };
    case 'anonymous':
      return { kind: 'anonymous', name: undefined };
    case 'unknown':
      return { kind: 'kernel', name: UNSEEN };
    default:
      return fileBacking(path ?? '[file]');
  }
}

/** Rights in the kernel's notation. */
export function permissionsOf({ protection, shared }: MappedRow): Permissions {
  const right = (bit: number, letter: string) => ((protection & bit) === 0 ? '-' : letter);
  const access = right(PROT.READ, 'r') + right(PROT.WRITE, 'w') + right(PROT.EXEC, 'x');
  return access + (shared ? 's' : 'p');
}
