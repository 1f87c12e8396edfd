import type { ContainerFindings } from '../../analysis/containers/containers.ts';
import { LARGE } from '../../analysis/containers/families.ts';
import type { MeasuredFamily } from '../../analysis/containers/measured-families.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  bytes,
  type Cell,
  captured,
  count,
  counted,
  left,
  type Row,
  right,
  type Section,
} from '../report.ts';
import { elementBytesOf, isCounted, placeWords, typeName } from './family-words.ts';

/** Of all live bytes: what is less is the noise that any such search has. */
const WORTH_A_ROW = 0.001;

/** What the containers of a process hold, and what they keep for later. */
export function containerSections(
  findings: ContainerFindings,
  pid: number | undefined,
  top: number,
): Section[] {
  const { families, live } = findings;
  if (families.length === 0) {
    return [{ notes: [['No containers were recognised in it.']], topics: [TOPICS.families] }];
  }
  const least = live.bytes * WORTH_A_ROW;
  const shown = new Set<MeasuredFamily>();
  for (const family of families.slice(0, top)) {
    if (family.retained < least) continue;
    for (let one: MeasuredFamily | undefined = family; one; one = one.parent) shown.add(one);
  }
  const rows = rowsBelow(undefined, 0, shown, findings, pid);
  const rest = families.length - shown.size;
  return [
    {
      table: {
        columns: [
          left('Containers', 'middle', TOPICS.families),
          { ...left('where'), cut: 'middle' },
          right('elements', TOPICS.capacity),
          right('capacity', TOPICS.capacity),
          right('spare', TOPICS.slackBytes),
          right('in RAM', TOPICS.slackBytes),
          right('retained'),
        ],
        rows,
      },
      notes: [
        ...(rest > 0 ? [[...counted(rest, 'smaller group'), 'not shown (--top).']] : []),
        ...ringNotes([...shown], findings),
        sumNote(findings),
        ...leakNotes(findings),
        sureness(findings),
      ],
    },
  ];
}

function rowsBelow(
  parent: MeasuredFamily | undefined,
  depth: number,
  shown: ReadonlySet<MeasuredFamily>,
  findings: ContainerFindings,
  pid: number | undefined,
): Row[] {
  return [...shown]
    .filter((family) => family.parent === parent)
    .sort((a, b) => b.retained - a.retained)
    .flatMap((family) => [
      rowOf(family, depth, findings, pid),
      ...rowsBelow(family, depth + 1, shown, findings, pid),
    ]);
}

function rowOf(
  family: MeasuredFamily,
  depth: number,
  findings: ContainerFindings,
  pid: number | undefined,
): Row {
  const { number, length, capacity, spare, spareResident, retained } = family;
  const amount = isCounted(family) ? count : bytes;
  const size = elementBytesOf(family);
  const name = typeName(family, findings);
  return {
    depth,
    cells: [
      captured(number === 1 ? name : `${number} × ${name}`),
      captured(placeWords(family, pid)),
      amount(size === undefined ? length : length / size),
      amount(size === undefined ? capacity : capacity / size),
      bytes(spare),
      bytes(spareResident),
      bytes(retained),
    ],
  };
}

/** A ring's words look like those of an array: which it is, its own words do not say. */
function ringNotes(families: readonly MeasuredFamily[], findings: ContainerFindings): Cell[][] {
  const isLarge = ({ number, ringLength, bytes: size }: MeasuredFamily) =>
    number === 1 && ringLength !== undefined && ringLength > 0 && size >= LARGE;
  return families
    .filter(isLarge)
    .map((family) => [
      `${typeName(family, findings)} with a capacity of`,
      count(family.capacity),
      'has',
      count(family.ringLength!),
      'elements if it is a VecDeque.',
    ]);
}

function sumNote({ live, owned, families }: ContainerFindings): Cell[] {
  const spare = families.reduce((sum, family) => sum + family.spare, 0);
  const resident = families.reduce((sum, family) => sum + family.spareResident, 0);
  return [
    'Containers have',
    bytes(owned.bytes),
    'of',
    bytes(live.bytes),
    'in live blocks;',
    bytes(spare),
    'of it is room for elements that are not there,',
    bytes(resident),
    'of that in RAM.',
  ];
}

function leakNotes({ unreferenced, leaked }: ContainerFindings): Cell[][] {
  if (leaked.count === 0) return [];
  const further = leaked.count - unreferenced.count;
  const more: Cell[] = [
    'to',
    ...counted(further, 'more block'),
    'of',
    bytes(leaked.bytes - unreferenced.bytes),
    'such blocks or rings alone lead',
  ];
  return [
    [
      'No word in its memory leads to',
      ...counted(unreferenced.count, 'live block'),
      'of',
      bytes(unreferenced.bytes),
      ...(further > 0 ? [';', ...more] : []),
      '(leaked, or held by a register).',
    ],
  ];
}

const sureness = ({ owned, control }: ContainerFindings): Cell[] => [
  'Found by their own words in memory, without symbols:',
  ...counted(owned.count, 'container'),
  'with a block; beside the blocks, where there are none, the same search found',
  count(control),
  'by chance.',
];
