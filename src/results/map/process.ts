import { titleOfUse } from '../../analysis/memory-map/mapping-uses.ts';
import type {
  ExplainedEntry,
  FilesGroup,
  MemoryGroup,
  MemoryGroups,
} from '../../analysis/memory-map/memory-groups.ts';
import { once } from '../../model/memoize.ts';
import { topicOfAccount, topicOfUse } from '../topics.ts';
import { footprintResult, knownColumns } from './footprint.ts';
import { isInferred, mappingResult } from './mapping.ts';
import type { AccountResult, FilesResult, GroupResult, ProcessResult } from './schema.ts';

/** Where a process stands among those that are shown with it. */
interface Relation {
  readonly parent: number | undefined;
  readonly depth: number;
}

/** The memory map of one process. */
export function processResult(
  groups: MemoryGroups,
  { parent, depth }: Relation = { parent: undefined, depth: 0 },
): ProcessResult {
  const { map, total, anonymous } = groups;
  const mappings = once(() => groups.mappings.map(mappingResult));
  return {
    pid: map.pid ?? null,
    command: map.command ?? null,
    system: map.system,
    columns: knownColumns(groups.mappings.map(({ mapping }) => mapping)),
    total: groupResult({ footprint: total, mappings: groups.mappings }),
    stated: map.stated ? { ...footprintResult(map.stated), line: map.stated.line } : null,
    account: groups.account.map(accountResult),
    anonymous: {
      ...groupResult(anonymous),
      heap: groupResult(anonymous.heap),
      kernel: groupResult(anonymous.kernel),
      other: groupResult(anonymous.other),
      uses: anonymous.uses.map((one) => ({
        use: one.use,
        title: titleOfUse(one.use),
        topic: topicOfUse(one.use),
        ...groupResult(one),
      })),
    },
    libraries: filesResult(groups.libraries),
    executable: filesResult(groups.executable),
    stack: groupResult(groups.stack),
    sharedMemory: groupResult(groups.sharedMemory),
    files: filesResult(groups.files),
    reasons: reasonsOf(groups),
    get mappings() {
      return mappings();
    },
    parentPid: parent ?? null,
    depth,
  };
}

const groupResult = ({ footprint, mappings }: MemoryGroup): GroupResult => ({
  ...footprintResult(footprint),
  mappings: mappings.length,
  basis: mappings.some(isInferred) ? 'inferred' : 'measured',
});

const filesResult = (members: FilesGroup): FilesResult => ({
  ...groupResult(members),
  files: members.files.map((file) => ({ name: file.name, ...groupResult(file) })),
});

/** One of the kernel's sums over a process. */
export const accountResult = ({ name, bytes, meaning, line }: ExplainedEntry): AccountResult => ({
  name,
  bytes,
  topic: topicOfAccount(name),
  meaning: meaning ?? null,
  line: line || null,
});

/** The same reason is said once. */
function reasonsOf({ mappings }: MemoryGroups): ProcessResult['reasons'] {
  const seen = new Map<string, { what: string; line: number }>();
  for (const { role, use, mapping } of mappings) {
    const { line } = mapping;
    if (role.basis === 'inferred') seen.set(role.because, { what: role.value, line });
    else if (use?.basis === 'inferred') {
      seen.set(use.because, { what: titleOfUse(use.value), line });
    }
  }
  return [...seen].map(([because, one]) => ({ ...one, because }));
}
