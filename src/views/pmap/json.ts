import type { MapDifference } from '../../analysis/memory-map/map-difference.ts';
import type {
  FilesGroup,
  MemoryGroup,
  MemoryGroups,
  RoledMapping,
} from '../../analysis/memory-map/memory-groups.ts';
import type { ProcessFamily } from '../../analysis/memory-map/process-family.ts';
import { formatAddress } from '../../model/address.ts';
import type { Claim } from '../../model/claim.ts';
import type { AccountEntry, Backing, Footprint } from '../../model/memory-map.ts';
import { topicOfAccount, topicOfUse } from '../topics.ts';
import type { PmapJson, PmapProcessJson } from './schema.ts';

const footprint = (of: Footprint) => ({
  sizeBytes: of.size,
  residentBytes: of.resident ?? null,
  dirtyBytes: of.dirty ?? null,
  pssBytes: of.pss ?? null,
  ussBytes: of.uss ?? null,
  swapBytes: of.swap ?? null,
  anonymousBytes: of.anonymous ?? null,
  hugePageBytes: of.hugePages ?? null,
  lazyFreeBytes: of.lazyFree ?? null,
});

const group = (members: MemoryGroup) => ({
  ...footprint(members.footprint),
  mappings: members.mappings.length,
});

const files = (members: FilesGroup) => ({
  ...group(members),
  files: members.files.map((file) => ({ name: file.name, ...group(file) })),
});

const because = (claim: Claim<unknown>) => (claim.basis === 'inferred' ? claim.because : null);

const backing = (of: Backing) =>
  of.kind === 'anonymous' ? { ...of, name: of.name ?? null } : { ...of };

const mappingJson = ({ mapping, role, use }: RoledMapping) => ({
  start: formatAddress(mapping.start),
  ...footprint(mapping),
  permissions: mapping.permissions,
  offset: mapping.offset === undefined ? null : formatAddress(mapping.offset),
  role: role.value,
  basis: role.basis,
  because: because(role),
  use: use ? { name: use.value, topic: topicOfUse(use.value), because: because(use) } : null,
  backing: backing(mapping.backing),
  line: mapping.line,
});

export const accountEntryJson = ({ name, bytes, line }: AccountEntry) => ({
  name,
  bytes,
  topic: topicOfAccount(name),
  line: line || null,
});

const processJson = (groups: MemoryGroups): PmapProcessJson => {
  const { map, anonymous } = groups;
  return {
    pid: map.pid ?? null,
    command: map.command ?? null,
    total: { ...footprint(groups.total), mappings: groups.mappings.length },
    stated: map.stated ? { ...footprint(map.stated), line: map.stated.line } : null,
    account: map.account.map(accountEntryJson),
    anonymous: {
      ...group(anonymous),
      heap: group(anonymous.heap),
      kernel: group(anonymous.kernel),
      other: group(anonymous.other),
      uses: anonymous.uses.map((one) => ({
        use: one.use,
        topic: topicOfUse(one.use),
        ...group(one),
      })),
    },
    libraries: files(groups.libraries),
    executable: files(groups.executable),
    stack: group(groups.stack),
    sharedMemory: group(groups.sharedMemory),
    files: files(groups.files),
    mappings: groups.mappings.map(mappingJson),
  };
};

/** The result of `memtool pmap --json`. Sizes are bytes; null where the capture has no column. */
export function pmapJson(maps: readonly MemoryGroups[]): PmapJson {
  const processes = maps.map((groups) => ({ ...processJson(groups), parentPid: null }));
  return { processes, sum: null, comparison: null };
}

/** Several live processes. */
export function familyJson(family: ProcessFamily): PmapJson {
  const processes = family.members.map(({ groups, parent }) => ({
    ...processJson(groups),
    parentPid: parent ?? null,
  }));
  return { processes, sum: footprint(family.sum), comparison: null };
}

/** Two captures compared; `processes` holds the later one. */
export function mapDifferenceJson(difference: MapDifference, before: string): PmapJson {
  const { matchedBy, groups, changes, unchanged } = difference;
  return {
    ...pmapJson([difference.after]),
    comparison: {
      before,
      matchedBy,
      groups: groups.map((one) => ({
        name: one.name,
        before: footprint(one.before),
        after: footprint(one.after),
      })),
      changes: changes.map((one) => ({
        before: one.before ? mappingJson(one.before) : null,
        after: one.after ? mappingJson(one.after) : null,
        sizeBytes: one.size,
        residentBytes: one.resident ?? null,
      })),
      unchanged,
    },
  };
}
