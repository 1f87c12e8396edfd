import { Errors, Flags, type Interfaces } from '@oclif/core';
import type { CapacityQuery } from '../../analysis/growth/forward/capacity.ts';
import type { GrowthQuery } from '../../analysis/growth/from-log/grown-container.ts';
import { ALLOCATORS } from '../../knowledge/allocators/index.ts';
import { inferred } from '../../model/claim.ts';
import { allocatorFlag, CONTAINER_NAMES, CONTAINER_OPTIONS, pageSizeFlag } from './capacity.ts';
import { EXAMPLE_CAPACITY, interactiveFlag } from './interactive.ts';

const GROWTH = 'GROWTH';

/** What the user knows of the containers that grew. */
export const growthFlags = {
  'element-size': Flags.integer({
    helpGroup: GROWTH,
    min: 1,
    helpValue: 'BYTES',
    summary: 'Bytes of one element of the container, if you know them.',
  }),
  elements: Flags.integer({
    helpGroup: GROWTH,
    min: 1,
    helpValue: 'N',
    summary: 'How many elements the container holds at the end, such as the lines of its input.',
  }),
  container: Flags.string({
    helpGroup: GROWTH,
    options: [...CONTAINER_OPTIONS.keys()],
    helpValue: 'NAME',
    summary: `What the container is, if you know it: ${CONTAINER_NAMES}.`,
  }),
  line: Flags.integer({
    helpGroup: GROWTH,
    min: 1,
    helpValue: 'N',
    summary:
      'A line on which the container meant by these flags was made or grew (default: the largest).',
  }),
  allocator: allocatorFlag({ helpGroup: GROWTH }),
  'page-size': pageSizeFlag({ helpGroup: GROWTH }),
};

/** Flags of `memtool strace` beside those of all commands. */
export const straceFlags = {
  interactive: interactiveFlag,
  timeline: Flags.boolean({ summary: 'Draw how heap and anonymous memory developed.' }),
  'map-at': Flags.integer({
    min: 1,
    helpValue: 'LINE',
    summary: 'Show the address space after this line of the log.',
  }),
  growth: Flags.boolean({
    helpGroup: GROWTH,
    summary: 'Tell every container that grew in full, not only the largest.',
  }),
  pmap: Flags.string({
    helpGroup: GROWTH,
    helpValue: 'FILE',
    summary: 'pmap -x or smaps of the same process: which pages of the containers were touched.',
  }),
  heaptrack: Flags.string({
    helpGroup: GROWTH,
    helpValue: 'FILE',
    summary: 'A heaptrack recording of the same program: which element sizes its sites have.',
  }),
  ...growthFlags,
};

export type GrowthFlags = Interfaces.InferredFlags<typeof growthFlags>;
export type StraceFlags = Interfaces.InferredFlags<typeof straceFlags>;

/** What the flags say of containers; what second captures say is added by the command. */
export function growthQuery(flags: GrowthFlags): GrowthQuery {
  const { elements, line } = flags;
  const size = flags['element-size'];
  const container = flags.container && CONTAINER_OPTIONS.get(flags.container)!.kind;
  const isGiven = size !== undefined || elements !== undefined || container !== undefined;
  if (line !== undefined && !isGiven) {
    throw new Errors.CLIError('--line goes with --element-size, --elements or --container');
  }
  const elementBytes = size === undefined ? undefined : inferred(size, 'as --element-size says');
  return {
    pageBytes: flags['page-size'],
    allocator: flags.allocator && ALLOCATORS[flags.allocator],
    witness: isGiven ? { elementBytes, elements, container: container || undefined } : undefined,
    line,
  };
}

/** A container to begin with where none was found: what the flags say, else a Vec of Strings. */
export function growthNumbers(flags: GrowthFlags): CapacityQuery {
  const container = flags.container && CONTAINER_OPTIONS.get(flags.container)!.kind;
  return {
    container: container || EXAMPLE_CAPACITY.container,
    allocator: flags.allocator ?? EXAMPLE_CAPACITY.allocator,
    elementBytes: flags['element-size'] ?? EXAMPLE_CAPACITY.elementBytes,
    length: flags.elements ?? EXAMPLE_CAPACITY.length,
    pageBytes: flags['page-size'],
  };
}
