import type { ContainerStory } from '../../analysis/story/container-story.ts';
import type { ResidentBounds } from '../../analysis/story/resident-bounds.ts';
import { formatAddress } from '../../model/address.ts';
import { claimResult } from '../claim.ts';
import type { ContainerResult } from './container-schema.ts';

export const boundsResult = (resident: ResidentBounds | undefined) =>
  resident ? { leastBytes: resident.least, mostBytes: resident.most } : null;

/** One container of a story. */
export function containerResult(story: ContainerStory): ContainerResult {
  const { grown, at, rounding, site, elements, row } = story;
  const { chain, claims, estimate, capacities, headers, count, cost, advice } = grown;
  const step = chain.steps[at]!;
  return {
    count,
    container: claims.container?.value ?? null,
    containerPercent: Math.round(100 * estimate.containerProbability),
    elementBytes: claims.element?.value ?? null,
    capacity: capacities[at] ?? null,
    capacities: capacities.filter((capacity) => capacity !== undefined),
    requestedBytes: estimate.blocks[at] ?? null,
    headerBytes: headers[at] ?? null,
    roundingBytes: rounding ?? null,
    mappedBytes: step.mapped,
    address: formatAddress(step.start),
    firstLine: chain.steps[0]!.line,
    lastLine: chain.last.line,
    laterSteps: chain.steps.length - 1 - at,
    freedOnLine: chain.endLine ?? null,
    row: rowResult(story),
    notInMapBecause: row?.kind === 'none' ? row.because : null,
    elements: elements && 'least' in elements ? { ...elements } : null,
    elementsUnknownBecause: elements && 'refused' in elements ? elements.refused : null,
    site: site
      ? {
          function: site.place.name ?? null,
          file: site.place.file ?? null,
          line: site.place.file === undefined ? null : site.place.line,
          elementBytes: site.element?.size.value ?? null,
        }
      : null,
    cost: {
      remaps: cost.remaps,
      remappedBytes: cost.remappedBytes,
      copies: cost.copies,
      copiedBytes: claimResult(cost.copiedBytes),
    },
    advice: advice
      ? {
          call: advice.call ?? null,
          elements: claimResult(advice.elements),
          savedSteps: advice.savedSteps,
          savedSlackBytes: claimResult(advice.savedSlack),
        }
      : null,
  };
}

function rowResult({ snapshot, row }: ContainerStory): ContainerResult['row'] {
  if (snapshot === undefined || row === undefined || row.kind === 'none') return null;
  const { mapping } = row.row;
  const isMerged = row.kind === 'merged';
  return {
    capture: snapshot.name,
    kind: row.kind,
    by: isMerged ? null : row.by,
    address: formatAddress(mapping.start),
    sizeBytes: mapping.size,
    residentBytes: mapping.resident ?? null,
    containerResident: isMerged ? boundsResult(row.resident) : null,
    otherContainers: isMerged ? row.others : 0,
    otherBytes: isMerged ? row.rest : 0,
    line: mapping.line,
  };
}
