import type { CallStacks, ExactFacts, HeapProfile } from '../../model/heap-profile.ts';
import { costedStacks } from './costs.ts';
import { type GroupKind, groupStacks } from './grouping.ts';
import { frameAt, type StackFrame } from './stacks.ts';

/** Blocks that lived about as long. */
export interface LifetimeClass {
  /** Milliseconds, both included; 0 to 0 are blocks freed before the recorder's clock moved. */
  readonly from: number;
  readonly to: number;
  readonly blocks: number;
}

/** How long the blocks of one place lived. */
export interface PlaceLives {
  readonly place: StackFrame;
  /** Blocks that were freed; the rest is about them. */
  readonly freed: number;
  readonly meanSeconds: number;
  /** Blocks that took the place of a smaller one, as `realloc` makes them. */
  readonly grown: number;
  readonly grownInPlace: number;
}

/** What a recording with addresses tells of single blocks. */
export interface BlockLives
  extends Pick<ExactFacts, 'freed' | 'neverFreed' | 'unknownFrees' | 'lostFrees' | 'lostBytes'> {
  readonly meanSeconds: number;
  readonly classes: readonly LifetimeClass[];
  readonly grown: number;
  readonly grownInPlace: number;
  /** The most often that one block grew; 31 stands for that and more. Undefined where not known. */
  readonly longestChain: number | undefined;
}

/** @returns undefined for interpreted recordings, which do not tell blocks apart. */
export function blockLives({ exact }: HeapProfile): BlockLives | undefined {
  if (exact === undefined) return undefined;
  const { freed, neverFreed, unknownFrees, lostFrees, lostBytes, rows, chains, areChainsMixed } =
    exact;
  const sum = (column: Float64Array) => column.reduce((total, value) => total + value, 0);
  return {
    freed,
    neverFreed,
    unknownFrees,
    lostFrees,
    lostBytes,
    meanSeconds: freed === 0 ? 0 : sum(rows.lifetime) / freed,
    classes: lifetimeClasses(exact),
    grown: sum(rows.grown),
    grownInPlace: sum(rows.grownInPlace),
    longestChain: areChainsMixed
      ? undefined
      : Math.max(
          0,
          chains.findLastIndex((count) => count > 0),
        ),
  };
}

function lifetimeClasses({ lifetimes }: ExactFacts): LifetimeClass[] {
  return Array.from(lifetimes, (blocks, n) => ({
    from: n === 0 ? 0 : 2 ** (n - 1),
    to: n === 0 ? 0 : 2 ** n - 1,
    blocks,
  }));
}

/**
 * Places by the number of blocks that were freed, most first; none for interpreted recordings.
 *
 * @param stacks those of the profile, less frames that are hidden.
 */
export function placeLives(profile: HeapProfile, stacks: CallStacks, by: GroupKind): PlaceLives[] {
  const { allocations, exact } = profile;
  const { traces } = stacks;
  if (exact === undefined || allocations === undefined) return [];
  const { rows } = exact;
  const unsuppressed = new Int32Array(traces.count).fill(-1);
  const { groupOfTrace } = groupStacks({ ...costedStacks(profile, unsuppressed), stacks }, by);
  const lives = new Map<number, { -readonly [Part in keyof PlaceLives]: PlaceLives[Part] }>();
  for (let row = 0; row < allocations.count; row++) {
    const freed = allocations.calls[row]! - allocations.live[row]!;
    if (freed <= 0 && rows.grown[row] === 0) continue;
    const trace = allocations.trace[row]!;
    let of = lives.get(groupOfTrace[trace]!);
    if (of === undefined) {
      const place = frameAt(stacks, traces.ip[trace]!, 0);
      // Such places are grouped by module: no single address stands for them.
      if (place.name === undefined && by === 'place')
        Object.assign(place, { address: 0, offset: undefined });
      of = { place, freed: 0, meanSeconds: 0, grown: 0, grownInPlace: 0 };
      lives.set(groupOfTrace[trace]!, of);
    }
    of.freed += freed;
    of.meanSeconds += rows.lifetime[row]!;
    of.grown += rows.grown[row]!;
    of.grownInPlace += rows.grownInPlace[row]!;
  }
  for (const of of lives.values()) of.meanSeconds /= Math.max(1, of.freed);
  return [...lives.values()].sort((a, b) => b.freed - a.freed);
}
