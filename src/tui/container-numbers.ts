import type { CapacityQuery } from '../analysis/growth/forward/capacity.ts';
import { CAPACITY_CONTAINERS } from '../analysis/growth/forward/capacity-account.ts';
import type { ContainerStory } from '../analysis/story/container-story.ts';
import type { Story } from '../analysis/story/story.ts';

/**
 * A container of the log as numbers of the Capacity screen.
 *
 * @returns undefined where it is not known what it is, or how large its elements are.
 */
export function containerNumbers(
  { grown, elements }: ContainerStory,
  pageBytes: number,
): CapacityQuery | undefined {
  const { allocator, advice, blocks } = grown;
  const container = grown.container?.value.kind;
  const elementBytes = grown.element?.size.value;
  const capacity = blocks.at(-1)?.capacity;
  if (container === undefined || elementBytes === undefined || capacity === undefined) {
    return undefined;
  }
  if (!CAPACITY_CONTAINERS.includes(container)) return undefined;
  const known = elements && 'bytes' in elements ? elements.elements : undefined;
  const inUse = Math.min(known?.most ?? capacity, capacity);
  return {
    container,
    elementBytes,
    length: advice?.elements?.value ?? inUse,
    allocator: allocator.id,
    pageBytes,
  };
}

/** Of the largest container of which that is known. */
export function firstNumbers({ containers, witnesses }: Story) {
  for (const [from, one] of containers.entries()) {
    const numbers = containerNumbers(one, witnesses.pageBytes);
    if (numbers !== undefined) return { numbers, from };
  }
  return undefined;
}
