import { titleOfUse } from '../../analysis/memory-map/mapping-uses.ts';
import {
  type ExplainedEntry,
  type FilesGroup,
  groupOf,
  type MemoryGroup,
  type MemoryGroups,
  type RoledMapping,
} from '../../analysis/memory-map/memory-groups.ts';
import { splitTop } from '../../analysis/split-top.ts';
import { LINUX, type Mapping } from '../../model/memory-map.ts';
import type { TopicId } from '../../model/topic.ts';
import {
  address,
  bytes,
  type Cell,
  captured,
  count,
  left,
  type Report,
  type Row,
  right,
  type Section,
} from '../report.ts';
import { topicOfAccount, topicOfUse } from '../topics.ts';
import {
  columnTitles,
  knownColumns,
  mappingColumns,
  type ShownColumn,
  sizeCells,
} from './columns.ts';

export interface PmapReportOptions {
  /** The file or PID, as the user named it. */
  readonly input: string;
  /** How many rows a list shows; the rest is summed in one row. */
  readonly top: number;
  /** Show every mapping in address order instead of the largest. */
  readonly all: boolean;
}

/** The report of `memtool pmap` on one process. */
export function pmapReport(groups: MemoryGroups, options: PmapReportOptions): Report {
  const { pid, command } = groups.map;
  const process = pid === undefined ? [] : [`process ${pid}`, captured(command ?? '')];
  const isLive = options.input === `process ${pid}`;
  const columns = knownColumns(groups.mappings.map(({ mapping }) => mapping));
  return {
    title: isLive ? process : [captured(options.input), ...process],
    sections: [
      ...(groups.mappings.length === 0
        ? []
        : [
            groupSection(groups, columns, options.top),
            mappingSection(groups, mappingColumns(columns), options),
          ]),
      ...accountSections(groups.account, groups.mappings.length > 0),
    ],
  };
}

function groupSection(groups: MemoryGroups, columns: readonly ShownColumn[], top: number): Section {
  const { total, anonymous, libraries, executable, stack, sharedMemory, files } = groups;
  const isLinux = groups.map.system === LINUX;
  const row = (label: string, group: MemoryGroup, depth: 0 | 1, topic?: TopicId) => {
    const shown = groupRow(label, group, depth, columns);
    return shown && { ...shown, topic };
  };
  const fileRows = (group: FilesGroup): (Row | undefined)[] => {
    const { shown, rest } = splitTop(group.files, top);
    const others = groupOf(rest.flatMap((file) => file.mappings));
    return [
      ...shown.map((file) => row(file.name, file, 1)),
      row(`${rest.length} others`, others, 1),
    ];
  };
  return {
    table: {
      columns: [left('', 'middle'), ...columnTitles(columns), right('mappings')],
      rows: [
        row('Anonymous', anonymous, 0, 'anonymous-memory'),
        isLinux ? row('heap (brk)', anonymous.heap, 1, 'brk-step') : row('heap', anonymous.heap, 1),
        row(isLinux ? 'kernel (vdso, vvar)' : 'kernel', anonymous.kernel, 1),
        ...anonymous.uses.map((group) =>
          row(titleOfUse(group.use), group, 1, topicOfUse(group.use)),
        ),
        row('Shared libraries', libraries, 0, 'parts-of-libraries'),
        ...fileRows(libraries),
        row('Executable', executable, 0, 'parts-of-libraries'),
        ...fileRows(executable),
        row('Stack', stack, 0, 'guard-pages'),
        row('Shared memory', sharedMemory, 0),
        row('Mapped files', files, 0),
        ...fileRows(files),
        {
          cells: ['Total', ...sizeCells(total, columns), count(groups.mappings.length)],
          strong: true,
        },
      ].filter((row) => row !== undefined),
    },
    notes: reasons(groups),
  };
}

/** The kernel's sums: those that a map lacks beside one, all where there is no map. */
export function accountSections(
  account: readonly ExplainedEntry[],
  isBesideMap: boolean,
): Section[] {
  const shown = isBesideMap
    ? account.filter((sum) => BESIDE_MAP.has(sum.name) && sum.bytes > 0)
    : account;
  if (shown.length === 0) return [];
  return [
    {
      title: 'What the kernel says of the process as a whole',
      table: {
        columns: [left(''), right('bytes'), left('', 'wrap')],
        rows: shown.map(({ name, bytes: value, meaning }) => ({
          cells: [captured(name), bytes(value), meaning],
          topic: topicOfAccount(name),
        })),
      },
    },
  ];
}

const BESIDE_MAP = new Set(['VmHWM', 'VmPeak', 'VmPTE', 'HugetlbPages']);

/** Empty groups are not shown. Parts stand one step below their sum, with `≈` if inferred. */
function groupRow(
  label: string,
  group: MemoryGroup,
  depth: 0 | 1,
  columns: readonly ShownColumn[],
): Row | undefined {
  if (group.mappings.length === 0) return undefined;
  const inferred = group.mappings.some(isInferred);
  return {
    cells: [
      captured(label, inferred && depth === 1),
      ...sizeCells(group.footprint, columns),
      count(group.mappings.length),
    ],
    depth,
    strong: depth === 0,
  };
}

/** Why each inferred role and use was given; the same reason is said once. */
function reasons(groups: MemoryGroups): Cell[][] {
  const seen = new Map<string, { what: string; line: number }>();
  for (const { role, use, mapping } of groups.mappings) {
    const { line } = mapping;
    if (role.basis === 'inferred') seen.set(role.because, { what: role.value, line });
    else if (use?.basis === 'inferred')
      seen.set(use.because, { what: titleOfUse(use.value), line });
  }
  return [...seen].map(([because, { what, line }]) => [`≈ ${what}: ${because}`, `(line ${line})`]);
}

function mappingSection(
  groups: MemoryGroups,
  columns: readonly ShownColumn[],
  { top, all }: PmapReportOptions,
): Section {
  const bySize = groups.mappings.toSorted((a, b) => b.mapping.size - a.mapping.size);
  const { shown, rest } = all ? { shown: groups.mappings, rest: [] } : splitTop(bySize, top);
  const others = groupOf(rest);
  const rows = shown.map(
    (member): Row => ({
      cells: [
        address(member.mapping.start),
        ...sizeCells(member.mapping, columns),
        member.mapping.permissions,
        captured(roleLabel(member), isInferred(member)),
      ],
      topic: topicOfRow(member),
    }),
  );
  if (rest.length > 0) {
    rows.push({
      cells: ['', ...sizeCells(others.footprint, columns), '', `${rest.length} others`],
    });
  }
  return {
    title: all ? 'All mappings' : 'Largest mappings',
    table: {
      columns: [right('address'), ...columnTitles(columns), right('mode'), left('what', 'start')],
      rows,
    },
  };
}

/** Whether what a mapping is for follows from a rule; a name that the capture gives says it all. */
export function isInferred({ role, use, mapping: { backing } }: RoledMapping): boolean {
  const isNamed = 'name' in backing && backing.name !== undefined;
  return role.basis === 'inferred' || (use !== undefined && !isNamed);
}

/** What a mapping is, in a word or by its path. */
export function roleLabel({ mapping, role: { value: role }, use }: RoledMapping): string {
  const { backing } = mapping;
  switch (backing.kind) {
    case 'file':
      return `${backing.path}${backing.deleted ? ' (deleted)' : ''}${partWords(mapping, role)}`;
    case 'anonymous':
      if (backing.name !== undefined) return `${role} ${backing.name}`;
      return use ? titleOfUse(use.value) : role;
    case 'kernel':
    case 'shared-memory':
      return `${role} ${backing.name}`;
    default:
      return role;
  }
}

/** What tells of a row. */
export function topicOfRow({ role: { value: role }, use }: RoledMapping): TopicId | undefined {
  if (use !== undefined) return topicOfUse(use.value);
  switch (role) {
    case 'heap':
      return 'brk-step';
    case 'stack':
      return 'guard-pages';
    case 'library':
    case 'executable':
      return 'parts-of-libraries';
    default:
      return undefined;
  }
}

/** Which part of a program or library a row is, by its rights. */
function partWords({ permissions, dirty }: Mapping, role: string): string {
  if (role !== 'library' && role !== 'executable') return '';
  if (permissions.includes('x')) return ', code';
  if (permissions[1] === 'w') return ', data';
  if (!permissions.startsWith('r')) return ', gap';
  // The loader wrote there, and then forbade it (RELRO).
  return dirty ? ', relocated' : ', constants';
}
