import type { GrowthSite } from '../../analysis/growth/from-heap/growth-sites.ts';
import { mapClaim, measured } from '../../model/claim.ts';
import { claimResult } from '../claim.ts';
import type { GrowthResult } from './growth-schema.ts';

/** A place where containers grow. */
export function growthResult(site: GrowthSite): GrowthResult {
  const { place, element, advice, cost } = site;
  return {
    function: place.name ?? null,
    file: place.file ?? null,
    line: place.file === undefined ? null : place.line,
    module: place.module ?? null,
    container: claimResult(mapClaim(site.container, ({ name }) => name)),
    elementType: site.elementType ?? null,
    elementBytes: element
      ? { ...claimResult(element.size), certainty: element.certainty, rivals: [...element.rivals] }
      : null,
    rule: site.rule.value.id,
    capacities: site.blocks.map(({ requested, calls, ended }) => ({
      bytes: requested,
      calls,
      ended,
    })),
    containers: claimResult(site.containers),
    steps: claimResult(cost.steps),
    seenSteps: site.seenSteps ?? null,
    method: site.method,
    largestBytes: claimResult(measured(site.blocks.at(-1)!.requested)),
    largestElements: site.capacity ? claimResult(site.capacity) : null,
    copiedBytes: claimResult(cost.copiedBytes),
    remappedBytes: cost.movableBytes,
    peakBytes: site.peakBytes,
    liveBytes: site.liveBytes,
    advice: advice
      ? {
          kind: advice.kind,
          call: advice.call ?? null,
          elements: advice.elements ? claimResult(advice.elements) : null,
          bytes: advice.block.requested,
          savedSteps: advice.savedSteps,
          savedCopiedBytes: advice.savedCopies.value,
          price: advice.price
            ? { containers: advice.price.containers, bytes: claimResult(advice.price.bytes) }
            : null,
        }
      : null,
  };
}
