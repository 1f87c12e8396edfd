import type { ContainerStory, Witnesses } from '../../analysis/story/story.ts';
import { pagesOf } from '../../model/bytes.ts';
import {
  address,
  bytes,
  type Cell,
  captured,
  counted,
  left,
  type Row,
  right,
  type Section,
} from '../report.ts';

/** One container as a ladder, from its elements to the pages in RAM. */
export function containerSections(
  story: ContainerStory,
  { pageBytes }: Pick<Witnesses, 'pageBytes'>,
): Section[] {
  const { grown } = story;
  const { chain, claims, count: times } = grown;
  const what = claims.container?.value ?? 'buffer';
  const size = claims.element?.value;
  const title = [
    times > 1 ? `${times} containers such as this` : 'A container that grew',
    `: ≈ ${what}`,
    size === undefined ? '' : ` of ≈ ${size}-byte elements`,
    `, ${chain.endLine === undefined ? 'alive' : `freed on line ${chain.endLine}`}`,
  ].join('');
  return [
    {
      title,
      table: {
        columns: [right('bytes'), left(''), left('', 'middle')],
        rows: [...ladderRows(story, pageBytes), ...residentRows(story, pageBytes)],
      },
      notes: [growthNote(story), ...siteNote(story), ...adviceNote(story)],
    },
  ];
}

/** Requested, header, rounding, mapped: they sum up. */
function ladderRows({ grown, row }: ContainerStory, pageBytes: number): Row[] {
  const { chain, estimate, capacities, headers, claims } = grown;
  const at = chain.steps.length - 1;
  const block = estimate.blocks[at];
  const header = headers[at];
  const { mapped, start } = chain.last;
  const place: Cell[] = row?.kind === 'own' ? [rowWords(row.row.mapping.line)] : [];
  const total: Row = {
    cells: [bytes(mapped), `= mapped, ${pagesOf(mapped, pageBytes)} pages`, ...place],
    strong: true,
  };
  const where: Row = { cells: [undefined, 'at', address(start)] };
  if (block === undefined) return [total, where];
  const elements = capacities[at];
  const product =
    elements === undefined || claims.element === undefined
      ? undefined
      : `capacity ≈ ${elements} × ≈ ${claims.element.value}`;
  const rounding = mapped - block - (header ?? 0);
  return [
    { cells: [bytes(block, true), 'asked for', product] },
    ...(header === undefined ? [] : [{ cells: [bytes(header), '+ header of the chunk'] }]),
    ...(rounding > 0 ? [{ cells: [bytes(rounding, true), '+ rounding to whole pages'] }] : []),
    total,
    where,
  ];
}

const rowWords = (line: number): string => `a row of its own in the map (line ${line})`;

function residentRows({ row, elements }: ContainerStory, pageBytes: number): Row[] {
  if (row === undefined) return [];
  if (row.kind === 'none')
    return [{ cells: [undefined, 'not in the map:', captured(row.because)] }];
  const { mapping } = row.row;
  if (row.kind === 'merged') {
    const containers = row.others === 1 ? 'another container' : `${row.others} other containers`;
    const others = [
      ...(row.others > 0 ? [containers] : []),
      ...(row.rest > 0 ? [`${pagesOf(row.rest, pageBytes)} pages of something else`] : []),
    ].join(' and ');
    const words = `in one row of ${pagesOf(mapping.size, pageBytes)} pages with ${others} (line ${mapping.line})`;
    return [{ cells: [undefined, 'in the map:', words] }];
  }
  const { resident, size } = mapping;
  if (resident === undefined) return [];
  const inUse =
    elements === undefined
      ? undefined
      : 'refused' in elements
        ? `how many elements is not known: ${elements.refused}`
        : `so ≈ ${elements.least} to ${elements.most} elements in use`;
  return [
    { cells: [bytes(resident), `in RAM, ${pagesOf(resident, pageBytes)} pages`, inUse] },
    ...(size > resident
      ? [{ cells: [bytes(size - resident), 'never touched', 'address space, no RAM'] }]
      : []),
  ];
}

/** How it came to its size. */
function growthNote({ grown }: ContainerStory): Cell[] {
  const { chain, capacities, cost } = grown;
  const first = chain.steps[0]!;
  const known = capacities.filter((capacity) => capacity !== undefined);
  const sizes: Cell[] = known.length > 1 ? [`≈ ${known[0]} → ${known.at(-1)} elements,`] : [];
  const moved: Cell[] =
    cost.remaps > 0
      ? [bytes(cost.remappedBytes), 'moved by', ...counted(cost.remaps, 'mremap'), 'without a copy']
      : [];
  const copied: Cell[] =
    cost.copies > 0
      ? [bytes(cost.copiedBytes.value, true), 'copied in', ...counted(cost.copies, 'step')]
      : [];
  const and: Cell[] = moved.length > 0 && copied.length > 0 ? ['and'] : [];
  return [
    `It grew on lines ${first.line} to ${chain.last.line}:`,
    ...sizes,
    ...moved,
    ...and,
    ...copied,
    '(memtool explain mremap)',
  ];
}

function siteNote({ site }: ContainerStory): Cell[][] {
  if (site === undefined) return [];
  const { name, file, line } = site.place;
  const where = file === undefined ? '' : ` at ${file}:${line}`;
  const types = site.element ? `, elements of ${site.element.size.value} bytes` : '';
  return [['heaptrack saw these blocks in', captured(`${name ?? '(no name)'}${where}${types}`)]];
}

function adviceNote({ grown: { advice } }: ContainerStory): Cell[][] {
  if (!advice?.call) return [];
  return [
    [
      captured(`${advice.call}(${advice.elements.value})`, true),
      'instead saves',
      ...counted(advice.savedSteps, 'step'),
      'and',
      bytes(advice.savedSlack.value, true),
      'of address space; of RAM, what of it was touched',
    ],
  ];
}
