import type { TraceIndex } from '../../model/heap-profile.ts';
import { mapCosts, ownKinds, type TraceCosts } from './costs.ts';
import type { FrameRows } from './frame-rows.ts';

/**
 * Call stacks from their bottoms upwards: each trace below the traces that it called. Traces are
 * stored as such a tree; this one begins anew at `main`, and traces that cost nothing, with all
 * they called, are not in it.
 */
export interface CallForest {
  /** Traces where stacks begin. */
  readonly roots: readonly TraceIndex[];
  /** Lists of callees by trace; 0 ends them. */
  readonly firstCallee: Uint32Array;
  readonly nextCallee: Uint32Array;
  /** Costs of a trace and of all that it called. */
  readonly inclusive: TraceCosts;
}

export function callForest(rows: FrameRows, costs: TraceCosts): CallForest {
  const { ip, parent, count } = rows.stacks.traces;
  const inclusive = mapCosts(costs, (column) => column.slice());
  const kinds = ownKinds(costs);
  const isCostly = costlyTraces(costs);
  const firstCallee = new Uint32Array(count);
  const nextCallee = new Uint32Array(count);
  const roots: TraceIndex[] = [];
  // A parent stands before its children, so each one is complete when it is reached from behind.
  for (let trace = count - 1; trace >= 0; trace--) {
    if (isCostly[trace] === 0) continue;
    const caller = parent[trace]!;
    if (caller === 0 || rows.isBottom[ip[trace]!] === 1) {
      roots.push(trace);
      continue;
    }
    isCostly[caller] = 1;
    nextCallee[trace] = firstCallee[caller]!;
    firstCallee[caller] = trace;
    for (const kind of kinds) inclusive[kind][caller]! += inclusive[kind][trace]!;
  }
  return { roots: roots.reverse(), firstCallee, nextCallee, inclusive };
}

/** 1 for traces that cost anything themselves, by trace. */
export function costlyTraces(costs: TraceCosts): Uint8Array {
  const isCostly = new Uint8Array(costs.calls.length);
  for (const kind of ownKinds(costs)) {
    const column = costs[kind];
    for (let trace = 0; trace < column.length; trace++) {
      if (column[trace] !== 0) isCostly[trace] = 1;
    }
  }
  return isCostly;
}

/**
 * Goes through a forest, callers before callees; each trace is left when all its callees have been.
 * A loop, because recordings decide how deep stacks are.
 */
export function walkForest(
  { roots, firstCallee, nextCallee }: CallForest,
  parent: Uint32Array,
  visit: { enter(trace: TraceIndex, isRoot: boolean): void; leave(trace: TraceIndex): void },
): void {
  for (const root of roots) {
    let at = root;
    visit.enter(at, true);
    for (;;) {
      let next = firstCallee[at]!;
      while (next === 0) {
        visit.leave(at);
        if (at === root) break;
        next = nextCallee[at]!;
        if (next === 0) at = parent[at]!;
      }
      if (next === 0) break;
      at = next;
      visit.enter(at, false);
    }
  }
}
