/** Memory maps: of one process, compared, or of several processes. */
import { mapDifference } from '../analysis/memory-map/map-difference.ts';
import { memoryGroups } from '../analysis/memory-map/memory-groups.ts';
import { type FamilyMember, processFamilyOf } from '../analysis/memory-map/process-family.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { differenceResult, familyResult, mapResult } from '../results/map/map-result.ts';
import type { DifferenceResult, MapResult } from '../results/map/schema.ts';
import type { Ingest, Outcome } from './outcome.ts';

/** A file, or a live process by its PID. */
export type MapSource = string | number;

/** All processes of a capture, each for itself. */
export async function readMap(source: MapSource, ingest: Ingest): Promise<Outcome<MapResult>> {
  const { capture, diagnostics } = await ingest({ source, wants: 'memory-maps' });
  const groups = capture?.artifact.maps.map((map) => memoryGroups(map));
  return {
    info: capture?.info,
    result: groups && mapResult(groups),
    diagnostics: [diagnostics],
  };
}

/** The first process of each of two captures; what is not in either is not compared. */
export async function compareMaps(
  before: MapSource,
  after: MapSource,
  ingest: Ingest,
): Promise<Outcome<DifferenceResult>> {
  const old = await ingest({ source: before, wants: 'memory-maps' });
  const { capture, diagnostics } = await ingest({ source: after, wants: 'memory-maps' });
  const [a, b] = [old.capture?.artifact.maps[0], capture?.artifact.maps[0]];
  const names = { before: String(before), after: String(after) };
  return {
    info: capture?.info,
    result: a && b && differenceResult(mapDifference(memoryGroups(a), memoryGroups(b)), names),
    diagnostics: [diagnostics, old.diagnostics],
  };
}

/** A live process, and where it stands among the others. */
interface FamilyNode {
  readonly pid: number;
  readonly parent?: number;
  readonly depth: number;
}

/** Several live processes, with what they have together. */
export async function readFamily(
  nodes: readonly FamilyNode[],
  ingest: Ingest,
): Promise<Outcome<MapResult>> {
  const members: FamilyMember[] = [];
  const diagnostics: Diagnostics[] = [];
  for (const { pid, parent, depth } of nodes) {
    const read = await ingest({ source: pid, wants: 'memory-maps' });
    diagnostics.push(read.diagnostics);
    for (const map of read.capture?.artifact.maps ?? []) {
      members.push({ groups: memoryGroups(map), parent, depth });
    }
  }
  const result = members.length === 0 ? undefined : familyResult(processFamilyOf(members));
  return { info: undefined, result, diagnostics };
}
