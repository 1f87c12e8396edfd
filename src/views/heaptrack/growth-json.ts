import type { GrowthSite } from '../../analysis/heap/growth-sites.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { formatAddress } from '../../model/address.ts';
import type { Claim } from '../../model/claim.ts';
import type { GrowthJson } from './growth-schema.ts';

const claim = <T>(known: Claim<T>) => ({
  value: known.value,
  basis: known.basis,
  because: known.basis === 'inferred' ? known.because : null,
});

const frame = ({ name, file, line, module, address, inlined }: StackFrame) => ({
  function: name ?? null,
  file: file ?? null,
  line: file === undefined ? null : line,
  module: module ?? null,
  address: formatAddress(address),
  inlined,
});

/** The sites at which containers grow, in the order of the report. Sizes are bytes. */
export function growthJson(sites: readonly GrowthSite[]): GrowthJson {
  return sites.map(({ container, element, finalElements, copied, remapped, advice, ...site }) => ({
    place: frame(site.place),
    stacks: site.stacks,
    frames: site.frames.map(frame),
    container: {
      kind: container.kind,
      name: claim(container.name),
      elementType: site.elementType ?? null,
    },
    element: element
      ? { size: claim(element.size), certainty: element.certainty, rivals: [...element.rivals] }
      : null,
    rule: site.rule,
    ladder: site.ladder.map((rung) => ({ ...rung })),
    otherSizes: { ...site.otherSizes },
    containers: claim(site.containers),
    steps: claim(site.steps),
    seenSteps: site.seenSteps ? { ...site.seenSteps } : null,
    method: site.method,
    finalBytes: claim(site.finalBytes),
    finalElements: finalElements ? claim(finalElements) : null,
    copiedBytes: claim(copied),
    remappedBytes: remapped,
    peakBytes: site.peakBytes,
    liveBytes: site.liveBytes,
    advice: {
      kind: advice.kind,
      call: advice.call ?? null,
      elements: advice.elements ? claim(advice.elements) : null,
      bytes: advice.bytes,
      savedSteps: advice.savedSteps,
      savedCopyBytes: advice.savedCopies,
    },
  }));
}
