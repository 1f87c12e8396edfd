import { sumFootprints } from '../../model/footprint.ts';
import type { Footprint } from '../../model/memory-map.ts';
import type { MemoryGroups } from './memory-groups.ts';

export interface FamilyMember {
  readonly groups: MemoryGroups;
  /** Undefined where processes are looked at that need not be related. */
  readonly parent: number | undefined;
  /** 0 for a process that was asked for, 1 for its children. */
  readonly depth: number;
}

/** Several processes, looked at together. */
export interface ProcessFamily {
  readonly members: readonly FamilyMember[];
  /**
   * Sums over all. Size, resident and dirty count what they share once for each of them; PSS counts it
   * in full once, less what processes outside have of it.
   */
  readonly sum: Footprint;
}

export function processFamilyOf(members: readonly FamilyMember[]): ProcessFamily {
  return { members, sum: sumFootprints(members.map(({ groups }) => groups.total)) };
}
