import type { GrowthSite } from '../../analysis/growth/from-heap/growth-sites.ts';
import type { Claim } from '../../model/claim.ts';
import type { GrowthJson } from './growth-schema.ts';

const claim = <T>(stated: Claim<T>) => ({
  value: stated.value,
  because: stated.basis === 'inferred' ? stated.because : null,
});

/** A place where containers grow. */
export function growthJson(site: GrowthSite): GrowthJson {
  const { place, element, advice } = site;
  return {
    function: place.name ?? null,
    file: place.file ?? null,
    line: place.file === undefined ? null : place.line,
    module: place.module ?? null,
    container: claim(site.container.name),
    elementType: site.elementType ?? null,
    elementBytes: element
      ? { ...claim(element.size), certainty: element.certainty, rivals: [...element.rivals] }
      : null,
    rule: site.rule,
    capacities: site.ladder.map(({ bytes, calls, ended }) => ({ bytes, calls, ended })),
    containers: claim(site.containers),
    steps: claim(site.steps),
    seenSteps: site.seenSteps ?? null,
    method: site.method,
    largestBytes: claim(site.finalBytes),
    largestElements: site.finalElements ? claim(site.finalElements) : null,
    copiedBytes: claim(site.copied),
    remappedBytes: site.remapped,
    peakBytes: site.peakBytes,
    liveBytes: site.liveBytes,
    advice: advice
      ? {
          kind: advice.kind,
          call: advice.call ?? null,
          elements: advice.elements ? claim(advice.elements) : null,
          bytes: advice.bytes,
          savedSteps: advice.savedSteps,
          savedCopiedBytes: advice.savedCopies,
        }
      : null,
  };
}
