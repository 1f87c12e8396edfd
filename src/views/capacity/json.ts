import type { CapacityFindings, CapacityRung } from '../../analysis/growth/forward/capacity.ts';
import { pagesOf } from '../../model/bytes.ts';
import type { CapacityJson } from './schema.ts';

/** The result of `memtool capacity --json`. */
export function capacityJson(findings: CapacityFindings): CapacityJson {
  const { query, rungs, resident, exact } = findings;
  const { container, elementBytes, length, reserved, allocator, pageBytes } = query;
  const rung = ({ capacity, requested, placement }: CapacityRung) => ({
    capacity,
    requestedBytes: requested,
    takes: placement
      ? {
          kind: placement.kind,
          bytes: placement.bytes,
          pages: placement.kind === 'mapping' ? pagesOf(placement.bytes, pageBytes) : null,
          overheads: [...placement.overheads],
        }
      : null,
  });
  const last = rungs.at(-1)?.placement?.bytes;
  const least = exact?.placement?.bytes;
  return {
    container: container.name,
    elementBytes,
    length,
    reserved: reserved ?? null,
    allocator: allocator.id,
    pageBytes,
    path: rungs.map(rung),
    slackElements: findings.slackElements,
    slackBytes: findings.slackBytes,
    resident: resident
      ? {
          bytes: resident.value,
          pages: pagesOf(resident.value, pageBytes),
          because: resident.basis === 'inferred' ? resident.because : null,
        }
      : null,
    growing: {
      steps: Math.max(0, rungs.length - 1),
      moves: findings.moves,
      copies: findings.copies,
      copiedBytes: findings.copiedBytes,
    },
    exact: exact && container.reserve ? { ...rung(exact), call: container.reserve } : null,
    savedBytes: last === undefined || least === undefined ? null : last - least,
    notes: allocator.headerWords
      ? [...allocator.words, allocator.headerWords]
      : [...allocator.words],
  };
}
