import {
  type CapacityFindings,
  type CapacityRung,
  headerOf,
} from '../../analysis/growth/forward/capacity.ts';
import { pagesOf } from '../../model/bytes.ts';
import { reasonOf } from '../claim.ts';
import type { CapacityResult } from './schema.ts';

/** The result of `memtool capacity --json`. */
export function capacityResult(findings: CapacityFindings): CapacityResult {
  const { query, container, allocator, rungs, resident, exact, cost } = findings;
  const { elementBytes, length, reserved, pageBytes } = query;
  const rung = ({ capacity, requested, placement }: CapacityRung) => ({
    capacity,
    requestedBytes: requested,
    takes: placement
      ? {
          kind: placement.kind,
          bytes: placement.bytes,
          pages: placement.kind === 'mapping' ? pagesOf(placement.bytes, pageBytes) : null,
          headerBytes: headerOf(placement) ?? null,
          overheads: [...placement.overheads],
        }
      : null,
  });
  const used = length * elementBytes;
  const last = rungs.at(-1);
  const most = last?.placement?.bytes;
  const least = exact?.placement?.bytes;
  return {
    container: container.name,
    elementBytes,
    length,
    usedBytes: used,
    reserved: reserved ?? null,
    allocator: allocator.id,
    allocatorName: allocator.name,
    pageBytes,
    path: rungs.map(rung),
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
      steps: Math.max(0, rungs.length - 1),
      moves: cost.remaps,
      copies: cost.copies,
      copiedBytes: cost.copiedBytes.value,
    },
    exact: exact && container.reserve ? { ...rung(exact), call: container.reserve } : null,
    savedBytes: most === undefined || least === undefined ? null : most - least,
    notes: allocator.headerWords
      ? [...allocator.words, allocator.headerWords]
      : [...allocator.words],
    headerNote: allocator.headerWords ?? null,
  };
}
