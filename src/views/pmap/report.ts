import {
  type FilesGroup,
  groupOf,
  type MemoryGroup,
  type MemoryGroups,
  type RoledMapping,
} from '../../analysis/memory-groups.ts';
import { splitTop } from '../../analysis/top.ts';
import type { Backing, Footprint } from '../../model/memory-map.ts';
import {
  address,
  bytes,
  type Cell,
  type Column,
  captured,
  count,
  type Report,
  type Row,
  type Section,
} from '../report.ts';

const SIZE_COLUMNS: readonly Column[] = [
  { title: 'size', align: 'right' },
  { title: 'resident', align: 'right' },
  { title: 'dirty', align: 'right' },
];

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
  const isLive = options.input === String(pid);
  return {
    title: isLive ? process : [captured(options.input), ...process],
    sections:
      groups.mappings.length === 0
        ? []
        : [groupSection(groups, options.top), mappingSection(groups, options)],
  };
}

function groupSection(groups: MemoryGroups, top: number): Section {
  const { total, anonymous, libraries, executable, stack, sharedMemory, files } = groups;
  return {
    table: {
      columns: [
        { title: '', align: 'left', cut: 'middle' },
        ...SIZE_COLUMNS,
        { title: 'mappings', align: 'right' },
      ],
      rows: [
        groupRow('Anonymous', anonymous, 0),
        groupRow('heap (brk)', anonymous.heap, 1),
        groupRow('kernel pages (vdso, vvar, vsyscall)', anonymous.kernel, 1),
        groupRow('other', anonymous.other, 1),
        groupRow('Shared libraries', libraries, 0),
        ...fileRows(libraries, top),
        groupRow('Executable', executable, 0),
        ...fileRows(executable, top),
        groupRow('Stack', stack, 0),
        groupRow('Shared memory', sharedMemory, 0),
        groupRow('Mapped files', files, 0),
        ...fileRows(files, top),
        {
          cells: ['Total', ...sizes(total), count(groups.mappings.length)],
          strong: true,
        },
      ].filter((row) => row !== undefined),
    },
    notes: reasons(groups),
  };
}

function sizes(footprint: Footprint): Cell[] {
  const { size, resident, dirty } = footprint;
  return [size, resident, dirty].map((value) => (value === undefined ? '–' : bytes(value)));
}

/** Empty groups are not shown. Parts stand one step below their sum, with `≈` if inferred. */
function groupRow(label: string, group: MemoryGroup, depth: 0 | 1): Row | undefined {
  if (group.mappings.length === 0) return undefined;
  const inferred = group.mappings.some(({ role }) => role.basis === 'inferred');
  return {
    cells: [
      captured(label, inferred && depth === 1),
      ...sizes(group.footprint),
      count(group.mappings.length),
    ],
    depth,
    strong: depth === 0,
  };
}

function fileRows(group: FilesGroup, top: number): (Row | undefined)[] {
  const { shown, rest } = splitTop(group.files, top);
  const others = groupOf(rest.flatMap((file) => file.mappings));
  return [
    ...shown.map((file) => groupRow(file.name, file, 1)),
    groupRow(`${rest.length} others`, others, 1),
  ];
}

/** Why each inferred role was given; the same reason is said once. */
function reasons(groups: MemoryGroups): Cell[][] {
  const seen = new Map<string, RoledMapping>();
  for (const member of groups.mappings) {
    if (member.role.basis === 'inferred') seen.set(member.role.because, member);
  }
  return [...seen].map(([because, { role, mapping }]) => [
    `≈ ${role.value}: ${because}`,
    `(line ${mapping.line})`,
  ]);
}

function mappingSection(groups: MemoryGroups, { top, all }: PmapReportOptions): Section {
  const bySize = groups.mappings.toSorted((a, b) => b.mapping.size - a.mapping.size);
  const { shown, rest } = all ? { shown: groups.mappings, rest: [] } : splitTop(bySize, top);
  const others = groupOf(rest);
  const rows = shown.map(
    ({ mapping, role }): Row => ({
      cells: [
        address(mapping.start),
        ...sizes(mapping),
        mapping.permissions,
        captured(roleLabel(role.value, mapping.backing), role.basis === 'inferred'),
      ],
    }),
  );
  if (rest.length > 0) {
    rows.push({ cells: ['', ...sizes(others.footprint), '', `${rest.length} others`] });
  }
  return {
    title: all ? 'All mappings' : 'Largest mappings',
    table: {
      columns: [
        { title: 'address', align: 'right' },
        ...SIZE_COLUMNS,
        { title: 'mode', align: 'right' },
        { title: 'what', align: 'left', cut: 'start' },
      ],
      rows,
    },
  };
}

function roleLabel(role: string, backing: Backing): string {
  switch (backing.kind) {
    case 'file':
      return backing.deleted ? `${backing.path} (deleted)` : backing.path;
    case 'anonymous':
      return backing.name === undefined ? role : `${role} ${backing.name}`;
    case 'kernel':
    case 'shared-memory':
      return `${role} ${backing.name}`;
    default:
      return role;
  }
}
