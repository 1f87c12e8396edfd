import type { ContainerFindings } from '../../analysis/containers/containers.ts';
import { LARGE } from '../../analysis/containers/families.ts';
import type { MeasuredFamily } from '../../analysis/containers/measured-families.ts';
import { KIND_NAMES } from '../../analysis/containers/recognise.ts';
import type { RootPlace } from '../../analysis/containers/root-places.ts';
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
  const shown = new Set(families.slice(0, top).filter(({ retained }) => retained >= least));
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

const kindOf = ({ kind }: MeasuredFamily) => KIND_NAMES[kind]!;

/** The element's size by which lengths in bytes become elements; undefined where they are elements already. */
function elementBytesOf(family: MeasuredFamily): number | undefined {
  const { least, most } = family.elementBytes;
  return kindOf(family) === 'bounded' && least === most ? least : undefined;
}

/** Whether elements can be counted: of std::vector only where their size is known. */
function isCounted(family: MeasuredFamily): boolean {
  const kind = kindOf(family);
  if (kind === 'bounded') return elementBytesOf(family) !== undefined;
  return kind !== 'pieces' && kind !== 'text';
}

function typeName(family: MeasuredFamily, { language }: ContainerFindings): string {
  const of = sizeWords(family);
  switch (kindOf(family)) {
    case 'counted':
      if (language === 'python') return 'list';
      if (language === 'unknown') return `array${of}`;
      return of === ' of 1 B' ? 'String, Vec<u8>' : `Vec${of}`;
    case 'bounded':
      return `std::vector${elementBytesOf(family) === undefined ? '' : of}`;
    case 'text':
      return 'std::string';
    case 'table':
      return `HashMap/Set${of}`;
    case 'buckets':
      return 'unordered_map buckets';
    default:
      return 'std::deque';
  }
}

function sizeWords({ elementBytes: { least, most } }: MeasuredFamily): string {
  return least === most ? ` of ${least} B` : ` of ${least} to ${most} B`;
}

function placeWords(family: MeasuredFamily, pid: number | undefined): string {
  const { root, parent, ownerUsable } = family;
  if (root) return rootWords(root, pid);
  return parent ? 'inside' : `blocks of ${ownerUsable} B`;
}

function rootWords(root: RootPlace, pid: number | undefined): string {
  switch (root.kind) {
    case 'stack':
      return root.tid === pid ? 'main stack' : `stack of thread ${root.tid}`;
    case 'data':
      return root.name === undefined ? `static in ${root.file}` : `static ${root.name}`;
    default:
      return 'other memory';
  }
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

function leakNotes({ unreferenced }: ContainerFindings): Cell[][] {
  if (unreferenced.count === 0) return [];
  return [
    [
      'No word in its memory leads to',
      ...counted(unreferenced.count, 'live block'),
      'of',
      bytes(unreferenced.bytes),
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
