import type {
  GroupName,
  MapDifference,
  MappingChange,
} from '../../analysis/memory-map/map-difference.ts';
import { splitTop } from '../../analysis/split-top.ts';
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
import { isInferred, roleLabel, topicOfRow } from './report.ts';

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

const MATCHED_BY: Record<MapDifference['matchedBy'], string> = {
  address: 'mappings are matched by their addresses',
  name: 'no mapping lies where it lay: they are matched by name and order, memory without a name by size',
};

/** The report of `memtool pmap BEFORE AFTER`. */
export function mapDifferenceReport(
  difference: MapDifference,
  names: { readonly before: string; readonly after: string },
  top: number,
): Report {
  const { matchedBy, unchanged } = difference;
  return {
    title: [captured(names.before), '→', captured(names.after)],
    sections: [
      groupSection(difference),
      ...changeSections(difference, top),
      { notes: [[...counted(unchanged, 'mapping'), 'did not change;', MATCHED_BY[matchedBy]]] },
    ],
  };
}

function groupSection({ groups }: MapDifference): Section {
  const rows = groups
    .filter(({ before, after }) => before.size > 0 || after.size > 0)
    .map(({ name, before, after }): Row => {
      const { label, depth } = GROUPS[name];
      const isKnown = before.resident !== undefined && after.resident !== undefined;
      return {
        cells: [
          label,
          bytes(before.size),
          bytes(after.size),
          change('bytes', after.size - before.size),
          isKnown ? bytes(before.resident!) : '–',
          isKnown ? bytes(after.resident!) : '–',
          isKnown ? change('bytes', after.resident! - before.resident!) : '–',
        ],
        depth,
        strong: depth === 0,
      };
    });
  return {
    table: {
      columns: [
        left('', 'middle'),
        right('size before', 'overcommit'),
        right('after'),
        right('change'),
        right('RAM before', 'rss-and-pss'),
        right('after'),
        right('change'),
      ],
      rows,
    },
  };
}

function changeSections({ changes }: MapDifference, top: number): Section[] {
  const kinds: [title: string, of: (one: MappingChange) => boolean][] = [
    ['Appeared', ({ before }) => before === undefined],
    ['Vanished', ({ after }) => after === undefined],
    ['Grew', (one) => !isNewOrGone(one) && one.size > 0],
    ['Shrank', (one) => !isNewOrGone(one) && one.size < 0],
    ['Same size, other pages in RAM', (one) => !isNewOrGone(one) && one.size === 0],
  ];
  return kinds.flatMap(([title, of]) => {
    const members = changes.filter(of);
    return members.length === 0 ? [] : [changeSection(title, members, top)];
  });
}

const isNewOrGone = ({ before, after }: MappingChange): boolean => !before || !after;

function changeSection(title: string, members: readonly MappingChange[], top: number): Section {
  const { shown, rest } = splitTop(members, top);
  const rows = shown.map((one): Row => {
    const member = (one.after ?? one.before)!;
    return {
      cells: [
        address(member.mapping.start),
        change('bytes', one.size),
        residentChange(one),
        member.mapping.permissions,
        captured(roleLabel(member), isInferred(member)),
      ],
      topic: topicOfRow(member),
    };
  });
  if (rest.length > 0) {
    const size = rest.reduce((sum, one) => sum + one.size, 0);
    rows.push({ cells: ['', change('bytes', size), '', '', `${rest.length} others`] });
  }
  return {
    title,
    table: {
      columns: [
        right('address'),
        right('size', 'overcommit'),
        right('resident', 'rss-and-pss'),
        right('mode'),
        left('what', 'start'),
      ],
      rows,
    },
  };
}

function residentChange({ resident }: MappingChange): Cell {
  return resident === undefined ? '–' : change('bytes', resident);
}
