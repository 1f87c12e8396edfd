import { splitTop } from '../../model/split-top.ts';
import { sumOfChanges } from '../../results/map/footprint.ts';
import type { ChangeResult, ComparisonResult } from '../../results/map/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  address,
  bytes,
  type Cell,
  captured,
  change,
  counted,
  left,
  type Report,
  type Row,
  right,
  type Section,
} from '../report.ts';
import { mappingLabel } from './labels.ts';

type GroupName = ComparisonResult['groups'][number]['name'];

const GROUPS: Record<GroupName, { readonly label: string; readonly depth: 0 | 1 }> = {
  anonymous: { label: 'Anonymous', depth: 0 },
  heap: { label: 'heap (brk)', depth: 1 },
  kernel: { label: 'kernel (vdso, vvar)', depth: 1 },
  other: { label: 'other', depth: 1 },
  libraries: { label: 'Shared libraries', depth: 0 },
  executable: { label: 'Executable', depth: 0 },
  stack: { label: 'Stack', depth: 0 },
  sharedMemory: { label: 'Shared memory', depth: 0 },
  files: { label: 'Mapped files', depth: 0 },
  total: { label: 'Total', depth: 0 },
};

const MATCHED_BY: Record<ComparisonResult['matchedBy'], string> = {
  address: 'mappings are matched by their addresses',
  name: 'no mapping lies where it lay: they are matched by name and order, memory without a name by size',
};

const KINDS: readonly (readonly [kind: ChangeResult['kind'], title: string])[] = [
  ['appeared', 'Appeared'],
  ['vanished', 'Vanished'],
  ['grew', 'Grew'],
  ['shrank', 'Shrank'],
  ['resident', 'Same size, other pages in RAM'],
];

/** The report of `memtool pmap BEFORE AFTER`. */
export function mapDifferenceReport(comparison: ComparisonResult, top: number): Report {
  const { before, after, matchedBy, unchanged, changes } = comparison;
  return {
    title: [captured(before), '→', captured(after)],
    sections: [
      groupSection(comparison),
      ...KINDS.flatMap(([kind, title]) => {
        const members = changes.filter((one) => one.kind === kind);
        return members.length === 0 ? [] : [changeSection(title, members, top)];
      }),
      { notes: [[...counted(unchanged, 'mapping'), 'did not change;', MATCHED_BY[matchedBy]]] },
    ],
  };
}

function groupSection({ groups }: ComparisonResult): Section {
  const rows = groups
    .filter(({ before, after }) => before.sizeBytes > 0 || after.sizeBytes > 0)
    .map(({ name, before, after, sizeBytes, residentBytes }): Row => {
      const { label, depth } = GROUPS[name];
      const resident = (value: number | null): Cell =>
        residentBytes === null || value === null ? '–' : bytes(value);
      return {
        cells: [
          label,
          bytes(before.sizeBytes),
          bytes(after.sizeBytes),
          change('bytes', sizeBytes),
          resident(before.residentBytes),
          resident(after.residentBytes),
          changeCell(residentBytes),
        ],
        depth,
        strong: depth === 0,
      };
    });
  return {
    table: {
      columns: [
        left('', 'middle'),
        right('size before', TOPICS.sizeBytes),
        right('after'),
        right('change'),
        right('RAM before', TOPICS.residentBytes),
        right('after'),
        right('change'),
      ],
      rows,
    },
  };
}

function changeSection(title: string, members: readonly ChangeResult[], top: number): Section {
  const { shown, rest } = splitTop(members, top);
  const rows = shown.map(changeRow);
  if (rest.length > 0) {
    const size = change('bytes', sumOfChanges(rest));
    rows.push({ cells: ['', size, '', '', `${rest.length} others`] });
  }
  return {
    title,
    table: {
      columns: [
        right('address'),
        right('size', TOPICS.sizeBytes),
        right('resident', TOPICS.residentBytes),
        right('mode'),
        left('what', 'start'),
      ],
      rows,
    },
  };
}

function changeRow({ before, after, sizeBytes, residentBytes }: ChangeResult): Row {
  const mapping = (after ?? before)!;
  return {
    cells: [
      address(mapping.start),
      change('bytes', sizeBytes),
      changeCell(residentBytes),
      mapping.permissions,
      captured(mappingLabel(mapping), mapping.identity === 'inferred'),
    ],
    topic: mapping.topic ?? undefined,
  };
}

const changeCell = (value: number | null): Cell => (value === null ? '–' : change('bytes', value));
