import type { CapacityQuery } from '../analysis/growth/forward/capacity.ts';
import {
  CAPACITY_ALLOCATORS,
  CAPACITY_CONTAINERS,
  capacityAccount,
  containerOf,
} from '../analysis/growth/forward/capacity-account.ts';

/** Doubles keep all sizes exact by far, and growth ends before an address space is full. */
const MOST_ELEMENTS = 2 ** 34;
const LARGEST_ELEMENT = 2 ** 16;

const within = (value: number, least: number, most: number): number =>
  Math.max(least, Math.min(most, Math.round(value)));

export function withLength(
  numbers: CapacityQuery,
  by: number,
  unit: 'elements' | 'percent',
): CapacityQuery {
  const { length } = numbers;
  const step =
    unit === 'elements' ? by : Math.sign(by) * Math.max(1, Math.abs((by / 100) * length));
  return { ...numbers, length: within(length + step, 0, MOST_ELEMENTS) };
}

/** Sizes that types have: 1, 2, 4 and multiples of 8. */
export function withElementStep(numbers: CapacityQuery, by: 1 | -1): CapacityQuery {
  const { elementBytes } = numbers;
  const small = [1, 2, 4, 8];
  const next =
    by > 0
      ? (small.find((size) => size > elementBytes) ?? Math.floor(elementBytes / 8) * 8 + 8)
      : elementBytes > 8
        ? Math.ceil(elementBytes / 8) * 8 - 8
        : (small.findLast((size) => size < elementBytes) ?? 1);
  return { ...numbers, elementBytes: within(next, 1, LARGEST_ELEMENT) };
}

export function withNextContainer(numbers: CapacityQuery, by: 1 | -1): CapacityQuery {
  return { ...numbers, container: neighbour(CAPACITY_CONTAINERS, numbers.container, by) };
}

export function withNextAllocator(numbers: CapacityQuery, by: 1 | -1): CapacityQuery {
  return { ...numbers, allocator: neighbour(CAPACITY_ALLOCATORS, numbers.allocator, by) };
}

/** One element more than there is room for. */
export function pushed(numbers: CapacityQuery): CapacityQuery {
  const { block, next } = capacityAccount(numbers);
  const length = next?.length ?? (block === undefined ? 1 : block.capacity + 1);
  return { ...numbers, length: within(length, 0, MOST_ELEMENTS) };
}

function neighbour<T>(list: readonly T[], at: T, by: 1 | -1): T {
  return list[(list.indexOf(at) + by + list.length) % list.length]!;
}

/** Reads `12426 x 24 vec glibc`: numbers in this order, words in any; undefined for what is none. */
export function typedNumbers(text: string, now: CapacityQuery): CapacityQuery | undefined {
  let numbers = now;
  let count = 0;
  for (const word of text.toLowerCase().split(/[\s×*x,]+(?=\d|[a-z])|[\s,]+/)) {
    if (word === '') continue;
    if (/^\d+$/.test(word)) {
      count++;
      if (count === 1) numbers = { ...numbers, length: within(Number(word), 0, MOST_ELEMENTS) };
      else numbers = { ...numbers, elementBytes: within(Number(word), 1, LARGEST_ELEMENT) };
      continue;
    }
    const container = containerOf(word);
    const allocator = CAPACITY_ALLOCATORS.find((id) => id === word);
    if (container !== undefined) numbers = { ...numbers, container };
    else if (allocator !== undefined) numbers = { ...numbers, allocator };
    else return undefined;
  }
  return numbers;
}
