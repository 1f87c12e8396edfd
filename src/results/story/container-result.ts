import type { GrownContainer } from '../../analysis/growth/from-log/grown-container.ts';
import { headerOf } from '../../analysis/growth/growth.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import type { ContainerStory, MeasuredChunk } from '../../analysis/story/container-story.ts';
import type { ResidentBounds } from '../../analysis/story/resident-bounds.ts';
import { formatAddress } from '../../model/address.ts';
import { claimResult, reasonOf } from '../claim.ts';
import type { ContainerResult } from './container-schema.ts';

export const boundsResult = (resident: ResidentBounds | undefined) =>
  resident ? { leastBytes: resident.least, mostBytes: resident.most } : null;

/** A line of code. */
export const placeResult = ({ name, file, line }: StackFrame) => ({
  function: name ?? null,
  file: file ?? null,
  line: file === undefined ? null : line,
});

/** One container of a story. */
export function containerResult(story: ContainerStory): ContainerResult {
  const { grown, at, rounding, chunk, site, elements, row } = story;
  const { chain, container, element, blocks, containers } = grown;
  const block = blocks[at]!;
  const step = chain.steps[at]!;
  return {
    count: containers.value,
    container: container?.value.name ?? null,
    elementBytes: element?.size.value ?? null,
    capacity: block.capacity ?? null,
    capacities: blocks.flatMap(({ capacity }) => capacity ?? []),
    requestedBytes: block.requested ?? null,
    headerBytes: headerOf(block) ?? null,
    roundingBytes: rounding ?? null,
    mappedBytes: step.mapped,
    address: formatAddress(step.start),
    firstLine: chain.steps[0]!.line,
    lastLine: chain.last.line,
    stepLine: step.line,
    reasons: [element?.size, container].flatMap((claim) => (claim && reasonOf(claim)) ?? []),
    laterSteps: chain.steps.length - 1 - at,
    freedOnLine: chain.endLine ?? null,
    row: rowResult(story),
    chunk: chunk ? chunkResult(chunk) : null,
    notInMapBecause: row?.kind === 'none' ? row.because : null,
    ...inUseResult(elements),
    elementsUnknownBecause: elements && 'refused' in elements ? elements.refused : null,
    site: site
      ? { ...placeResult(site.place), elementBytes: site.element?.size.value ?? null }
      : null,
    ...costAndAdvice(grown),
  };
}

function inUseResult(
  found: ContainerStory['elements'],
): Pick<ContainerResult, 'inUse' | 'elements'> {
  if (found === undefined || 'refused' in found) return { inUse: null, elements: null };
  const { bytes, elements, because } = found;
  return {
    inUse: { leastBytes: bytes.least, mostBytes: bytes.most, because },
    elements: elements ? { ...elements, because } : null,
  };
}

const chunkResult = ({ size, usable, touched, container }: MeasuredChunk) => ({
  bytes: size,
  usableBytes: usable,
  touchedBytes: touched,
  container: container
    ? {
        kind: container.kind,
        elementBytes: { ...container.elementBytes },
        length: container.length,
        capacity: container.capacity,
      }
    : null,
});

function costAndAdvice({
  cost,
  advice,
}: Pick<GrownContainer, 'cost' | 'advice'>): Pick<ContainerResult, 'cost' | 'advice'> {
  return {
    cost: {
      remaps: cost.remaps,
      remappedBytes: cost.remappedBytes,
      copies: cost.copies,
      copiedBytes: claimResult(cost.copiedBytes),
    },
    advice: advice
      ? {
          call: advice.call ?? null,
          elements: advice.elements ? claimResult(advice.elements) : null,
          savedSteps: advice.savedSteps,
          savedSlackBytes: advice.savedSlack ? claimResult(advice.savedSlack) : null,
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
