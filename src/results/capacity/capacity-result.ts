import type { CapacityFindings } from '../../analysis/growth/forward/capacity.ts';
import { headerOf, type KnownBlock } from '../../analysis/growth/growth.ts';
import { pagesOf } from '../../model/bytes.ts';
import { reasonOf } from '../claim.ts';
import type { CapacityResult } from './schema.ts';

/** The result of `memtool capacity --json`. */
export function capacityResult(findings: CapacityFindings): CapacityResult {
  const { query, container, allocator, blocks, resident, advice, cost } = findings;
  const { elementBytes, length, reserved, pageBytes } = query;
  const blockResult = (block: KnownBlock) => ({
    capacity: block.capacity,
    requestedBytes: block.requested,
    takes: takenBy(block, pageBytes),
  });
  const used = length * elementBytes;
  const last = blocks.at(-1);
  return {
    container: container.value.name,
    elementBytes,
    length,
    usedBytes: used,
    reserved: reserved ?? null,
    allocator: allocator.id,
    allocatorName: allocator.name,
    pageBytes,
    path: blocks.map(blockResult),
    slackElements: findings.slackElements,
    slackBytes: findings.slackBytes,
    resident: resident
      ? {
          bytes: resident.value,
          pages: pagesOf(resident.value, pageBytes),
          touchedBytes: resident.value === last?.placement?.bytes ? last.requested : used,
          because: reasonOf(resident),
        }
      : null,
    growing: {
      steps: cost.steps.value,
      moves: cost.remaps,
      copies: cost.copies,
      copiedBytes: cost.copiedBytes.value,
    },
    exact: advice?.call ? { ...blockResult(advice.block), call: advice.call } : null,
    savedBytes: advice?.savedSlack?.value ?? null,
    notes: allocator.headerWords
      ? [...allocator.words, allocator.headerWords]
      : [...allocator.words],
    headerNote: allocator.headerWords ?? null,
  };
}

function takenBy(block: KnownBlock, pageBytes: number): CapacityResult['path'][number]['takes'] {
  const { placement } = block;
  if (placement === undefined) return null;
  return {
    kind: placement.kind,
    bytes: placement.bytes,
    pages: placement.kind === 'mapping' ? pagesOf(placement.bytes, pageBytes) : null,
    headerBytes: headerOf(block) ?? null,
    overheads: [...placement.overheads],
  };
}
