import type { GrowthSite } from '../../analysis/growth/from-heap/growth-sites.ts';
import { claimResult } from '../claim.ts';
import type { GrowthResult } from './growth-schema.ts';

/** A place where containers grow. */
export function growthResult(site: GrowthSite): GrowthResult {
  const { place, element, advice } = site;
  return {
    function: place.name ?? null,
    file: place.file ?? null,
    line: place.file === undefined ? null : place.line,
    module: place.module ?? null,
    container: claimResult(site.container.name),
    elementType: site.elementType ?? null,
    elementBytes: element
      ? { ...claimResult(element.size), certainty: element.certainty, rivals: [...element.rivals] }
      : null,
    rule: site.rule,
    capacities: site.ladder.map(({ bytes, calls, ended }) => ({ bytes, calls, ended })),
    containers: claimResult(site.containers),
    steps: claimResult(site.steps),
    seenSteps: site.seenSteps ?? null,
    method: site.method,
    largestBytes: claimResult(site.finalBytes),
    largestElements: site.finalElements ? claimResult(site.finalElements) : null,
    copiedBytes: claimResult(site.copied),
    remappedBytes: site.remapped,
    peakBytes: site.peakBytes,
    liveBytes: site.liveBytes,
    advice: advice
      ? {
          kind: advice.kind,
          call: advice.call ?? null,
          elements: advice.elements ? claimResult(advice.elements) : null,
          bytes: advice.bytes,
          savedSteps: advice.savedSteps,
          savedCopiedBytes: advice.savedCopies.value,
        }
      : null,
  };
}
