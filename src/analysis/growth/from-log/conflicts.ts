import { CONTAINERS } from '../../../knowledge/containers.ts';
import { GROWTH_RULES } from '../../../knowledge/growth-rules.ts';
import type { GrowthEstimate } from '../estimate/estimate.ts';
import { type GivenFacts, likelihoods } from '../estimate/given-facts.ts';
import type { Placing } from '../growth-advice.ts';

/** A fact beside the log that does not go with what is told of a container, and why. */
export interface FactConflict {
  readonly fact: Exclude<keyof GivenFacts, 'shrunk'>;
  readonly because: string;
}

/** From here on a hypothesis goes with a fact. */
const GOES_WITH = 0.1;

/** The facts that the likeliest way to have made the steps leaves unexplained. */
export function conflictsOf(
  { best }: GrowthEstimate,
  facts: GivenFacts,
  { allocator, pageBytes }: Placing,
): FactConflict[] {
  if (best === undefined) return [];
  const { elementBytes: size, rule, blocks } = best;
  const found: FactConflict[] = [];
  const { elementBytes, elements, container, resident, recorded = [] } = facts;
  if (elementBytes !== undefined && elementBytes.value !== size) {
    const because = `no container with elements of ${elementBytes.value} bytes has these lengths`;
    found.push({ fact: 'elementBytes', because });
  }
  const fits = likelihoods(best, facts, allocator, pageBytes);
  if (container !== undefined && fits.container < GOES_WITH) {
    found.push({
      fact: 'container',
      because: `no ${CONTAINERS[container].name} has these lengths`,
    });
  }
  if (elements !== undefined && fits.elements < GOES_WITH) {
    const [before, last] = [blocks.at(-2), blocks.at(-1)!].map(
      (block) => block && GROWTH_RULES[rule].capacityOf(block, size),
    );
    const because =
      facts.shrunk !== undefined
        ? `${elements} elements of ${size} bytes are not what it shrank to`
        : last !== undefined && elements > last
          ? `${elements} elements are more than any capacity with these lengths (${last} of ${size} bytes)`
          : `${elements} elements would have fitted before the last step (${before} of ${size} bytes): it held more once, or it is another container's count`;
    found.push({ fact: 'elements', because });
  }
  if (resident !== undefined && fits.resident < GOES_WITH) {
    const of = elements === undefined ? 'a whole table' : `${elements} elements of ${size} bytes`;
    const because = `${resident.value} bytes are resident, which is not what ${of} would touch`;
    found.push({ fact: 'resident', because });
  }
  const others = recorded.flatMap(({ element, because }) =>
    element === undefined || element.certainty === 'guess' || element.size.value === size
      ? []
      : [`elements of ${element.size.value} bytes: ${because}`],
  );
  if (others.length > 0 && others.length === recorded.length) {
    found.push({ fact: 'recorded', because: others[0]! });
  }
  return found;
}

export function withoutConflicts(
  facts: GivenFacts,
  conflicts: readonly FactConflict[],
): GivenFacts {
  const left = Object.fromEntries(conflicts.map(({ fact }) => [fact, undefined]));
  return { ...facts, ...left };
}
