import { Errors, Flags, type Interfaces } from '@oclif/core';
import type { CapacityQuery } from '../../analysis/growth/forward/capacity.ts';
import { KNOWN_ALLOCATORS } from '../../knowledge/allocators/index.ts';
import { CONTAINERS, type Container } from '../../knowledge/containers.ts';

/** Containers by the name that a user writes. */
export const CONTAINER_OPTIONS: ReadonlyMap<string, Container> = new Map(
  Object.values(CONTAINERS).flatMap((container) =>
    container.option === undefined ? [] : [[container.option, container]],
  ),
);

/** For help texts. */
export const CONTAINER_NAMES = [...CONTAINER_OPTIONS.keys()].join(', ');

export const allocatorFlag = Flags.option({
  options: KNOWN_ALLOCATORS,
  helpValue: 'NAME',
  summary: `Allocator that the program uses: ${KNOWN_ALLOCATORS.join(', ')}.`,
});

const LARGEST_PAGE = 16 * 1024 * 1024;

/** A power of two from 4 KiB on. */
export const pageSizeFlag = Flags.custom<number>({
  helpValue: 'BYTES',
  summary: "The kernel's page size; some arm64 and ppc64 kernels have 16384 or 65536.",
  default: 4096,
  async parse(text) {
    const bytes = Number(text);
    if (Number.isInteger(Math.log2(bytes)) && bytes >= 4096 && bytes <= LARGEST_PAGE) return bytes;
    throw new Errors.CLIError(`--page-size ${text} is no page size; 4096, 16384 and 65536 are`);
  },
});

/** Elements and bytes that a computation with doubles keeps exact by far. */
const MOST = 2 ** 40;

export const capacityFlags = {
  container: Flags.string({
    options: [...CONTAINER_OPTIONS.keys()],
    default: 'vec',
    helpValue: 'NAME',
    summary: `What holds the elements: ${CONTAINER_NAMES}.`,
  }),
  'element-size': Flags.integer({
    min: 1,
    max: MOST,
    helpValue: 'BYTES',
    summary: 'Bytes of one element; of a hash map, of a key and its value.',
  }),
  length: Flags.integer({
    min: 0,
    max: MOST,
    required: true,
    helpValue: 'N',
    summary: 'How many elements are put in, one by one.',
  }),
  capacity: Flags.integer({
    min: 1,
    max: MOST,
    helpValue: 'N',
    summary: 'The capacity that was asked for at first, as in with_capacity(N).',
  }),
  allocator: allocatorFlag({ default: 'glibc' }),
  'page-size': pageSizeFlag(),
};

type CapacityFlags = Interfaces.InferredFlags<typeof capacityFlags>;

/** What the flags ask for. */
export function capacityQuery(flags: CapacityFlags): CapacityQuery {
  const container = CONTAINER_OPTIONS.get(flags.container)!;
  const elementBytes = container.elementBytes ?? flags['element-size'];
  if (elementBytes === undefined) {
    throw new Errors.CLIError(`--element-size is missing: a ${container.name} can hold any`);
  }
  return {
    container: container.kind,
    elementBytes,
    length: flags.length,
    reserved: flags.capacity,
    allocator: flags.allocator,
    pageBytes: flags['page-size'],
  };
}
