import { LINUX } from '../../model/memory-map.ts';
import { splitTop } from '../../model/split-top.ts';
import type { TopicId } from '../../model/topic.ts';
import { sumOfGroups, sumOfSizes } from '../../results/map/footprint.ts';
import type {
  AccountResult,
  FilesResult,
  GroupResult,
  MappingResult,
  ProcessResult,
  SizeColumn,
} from '../../results/map/schema.ts';
import { TOPICS, topicOfMapping } from '../../results/topics.ts';
import {
  address,
  bytes,
  captured,
  count,
  left,
  type Report,
  type Row,
  right,
  type Section,
} from '../report.ts';
import { columnTitles, mappingColumns, sizeCells } from './columns.ts';
import { mappingLabel } from './labels.ts';

export interface MapReportOptions {
  /** The file or PID, as the user named it. */
  readonly input: string;
  /** How many rows a list shows; the rest is summed in one row. */
  readonly top: number;
  /** Show every mapping in address order instead of the largest. */
  readonly all: boolean;
}

/** The report of `memtool pmap` on one process. */
export function mapReport(result: ProcessResult, options: MapReportOptions): Report {
  const { pid, command, account, total } = result;
  const process = pid === null ? [] : [`process ${pid}`, captured(command ?? '')];
  const isLive = options.input === `process ${pid}`;
  const hasMappings = total.mappings > 0;
  return {
    title: isLive ? process : [captured(options.input), ...process],
    sections: [
      ...(hasMappings ? [groupSection(result, options.top), mappingSection(result, options)] : []),
      ...accountSections(account, hasMappings),
    ],
  };
}

type Group = Parameters<typeof sumOfGroups>[0][number];

function groupSection(result: ProcessResult, top: number): Section {
  const { columns, total, anonymous, libraries, executable, stack, sharedMemory } = result;
  const isLinux = result.system === LINUX;
  const row = (label: string, group: Group, depth: 0 | 1, topic?: TopicId) => {
    const shown = groupRow(label, group, depth, columns);
    return shown && { ...shown, topic };
  };
  const fileRows = (group: FilesResult): (Row | undefined)[] => {
    const { shown, rest } = splitTop(group.files, top);
    return [
      ...shown.map((file) => row(file.name, file, 1)),
      row(`${rest.length} others`, sumOfGroups(rest), 1),
    ];
  };
  return {
    table: {
      columns: [left('', 'middle'), ...columnTitles(columns), right('mappings')],
      rows: [
        row('Anonymous', anonymous, 0, TOPICS.anonymousBytes),
        isLinux
          ? row('heap (brk)', anonymous.heap, 1, topicOfMapping('heap'))
          : row('heap', anonymous.heap, 1),
        row(isLinux ? 'kernel (vdso, vvar)' : 'kernel', anonymous.kernel, 1),
        ...anonymous.uses.map((group) => row(group.title, group, 1, group.topic)),
        row('Shared libraries', libraries, 0, topicOfMapping('library')),
        ...fileRows(libraries),
        row('Executable', executable, 0, topicOfMapping('executable')),
        ...fileRows(executable),
        row('Stack', stack, 0, topicOfMapping('stack')),
        row('Shared memory', sharedMemory, 0),
        row('Mapped files', result.files, 0),
        ...fileRows(result.files),
        {
          cells: ['Total', ...sizeCells(total, columns), count(total.mappings)],
          strong: true,
        },
      ].filter((row) => row !== undefined),
    },
    notes: result.reasons.map(({ what, because, line }) => [
      `≈ ${what}: ${because}`,
      `(line ${line})`,
    ]),
  };
}

/** The kernel's sums: those that a map lacks beside one, all where there is no map. */
export function accountSections(
  account: readonly AccountResult[],
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
        rows: shown.map(({ name, bytes: value, meaning, topic }) => ({
          cells: [captured(name), bytes(value), meaning ?? undefined],
          topic,
        })),
      },
    },
  ];
}

const BESIDE_MAP = new Set(['VmHWM', 'VmPeak', 'VmPTE', 'HugetlbPages']);

/** Empty groups are not shown. Parts stand one step below their sum, with `≈` if inferred. */
function groupRow(
  label: string,
  group: Group | GroupResult,
  depth: 0 | 1,
  columns: readonly SizeColumn[],
): Row | undefined {
  if (group.mappings === 0) return undefined;
  return {
    cells: [
      captured(label, group.basis === 'inferred' && depth === 1),
      ...sizeCells(group, columns),
      count(group.mappings),
    ],
    depth,
    strong: depth === 0,
  };
}

function mappingSection(result: ProcessResult, { top, all }: MapReportOptions): Section {
  const { mappings } = result;
  const columns = mappingColumns(result);
  const bySize = mappings.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
  const { shown, rest } = all ? { shown: mappings, rest: [] } : splitTop(bySize, top);
  const rows = shown.map((mapping) => mappingRow(mapping, columns));
  if (rest.length > 0) {
    rows.push({
      cells: ['', ...sizeCells(sumOfSizes(rest), columns), '', `${rest.length} others`],
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

function mappingRow(mapping: MappingResult, columns: readonly SizeColumn[]): Row {
  return {
    cells: [
      address(mapping.start),
      ...sizeCells(mapping, columns),
      mapping.permissions,
      captured(mappingLabel(mapping), mapping.identity === 'inferred'),
    ],
    topic: mapping.topic ?? undefined,
  };
}
