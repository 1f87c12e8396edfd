import type { CallStacks, TraceIndex } from '../../model/heap-profile.ts';
import { type CallForest, callForest, costlyTraces } from './call-forest.ts';
import {
  addCosts,
  addTraceCosts,
  type CostKind,
  type HeapCosts,
  NO_COSTS,
  ownKinds,
  type TraceCosts,
  totalCosts,
} from './costs.ts';
import { type FrameRows, frameOfSymbol, functionRows } from './frame-rows.ts';
import type { StackFrame } from './stacks.ts';

/** A function at one place of a call tree: reached by one way from the tree's roots. */
export interface CallNode {
  /** As in the tree's rows. */
  readonly symbol: number;
  /** Costs of all stacks that go this way. */
  readonly costs: HeapCosts;
  /** Costs of the stacks that end here: what no child has. */
  readonly self: HeapCosts;
  /** What the function allocates itself; where a tree begins with allocations, its roots do. */
  readonly own: HeapCosts;
  /** The places in the recording's stacks that are this node, for the tree's own use. */
  readonly places: Uint32Array;
}

/** The children of a node that matter, the costliest first, and what the others have together. */
export interface CallBranches {
  readonly nodes: readonly CallNode[];
  /** Nodes that cost something, but less than asked for. */
  readonly others: { readonly count: number; readonly costs: HeapCosts };
}

/**
 * Numbers per place in `CallNode.places`: the trace whose costs count, the trace where the walk has
 * come to, and the row of its IP.
 */
const PLACE = 3;

type Visit = (counted: TraceIndex, at: TraceIndex, row: number) => void;

/** A way to go through call stacks. */
interface Direction {
  /** Costs of a place, by its counted trace. */
  readonly costs: TraceCosts;
  /** Visits the places where the walks begin. */
  begin(visit: Visit): void;
  /** Visits the places after one. */
  advance(counted: TraceIndex, at: TraceIndex, row: number, visit: Visit): void;
  /** Walks begin where stacks allocate. */
  readonly isBottomUp: boolean;
  /** Whose costs end at a place; undefined where all go on. */
  endsAt(counted: TraceIndex, at: TraceIndex, row: number): TraceCosts | undefined;
}

/**
 * Call stacks merged by what their frames have in common. Nodes are made when they are asked for, and
 * only those that cost enough: complete trees of large recordings have millions.
 *
 * A function that calls itself stands below itself.
 */
export class CallTree {
  readonly rows: FrameRows;
  readonly total: HeapCosts;
  readonly #direction: Direction;
  readonly #kinds: readonly CostKind[];
  /** Place in the list of groups by symbol, -1 for none; reused, because symbols are many. */
  readonly #groupOf: Int32Array;

  constructor(rows: FrameRows, costs: TraceCosts, direction: Direction) {
    this.rows = rows;
    this.total = totalCosts(costs);
    this.#direction = direction;
    this.#kinds = ownKinds(costs);
    this.#groupOf = new Int32Array(rows.symbolCount).fill(-1);
  }

  /** @param atLeast see `children`. */
  roots(by: CostKind, atLeast = 1): CallBranches {
    return this.#group((visit) => this.#direction.begin(visit), by, atLeast, true);
  }

  /**
   * @param atLeast smallest cost of a node that is made, sign left aside; 0 makes all, also those
   * that cost nothing of this kind.
   */
  children({ places }: CallNode, by: CostKind, atLeast = 1): CallBranches {
    const direction = this.#direction;
    const eachNext = (visit: Visit) => {
      for (let i = 0; i < places.length; i += PLACE) {
        direction.advance(places[i]!, places[i + 1]!, places[i + 2]!, visit);
      }
    };
    return this.#group(eachNext, by, atLeast, false);
  }

  /** What a node looks like; line and address are those of one of its places. */
  frame({ symbol }: CallNode): StackFrame {
    return frameOfSymbol(this.rows, symbol);
  }

  #group(
    eachPlace: (visit: Visit) => void,
    by: CostKind,
    atLeast: number,
    areRoots: boolean,
  ): CallBranches {
    const groups = this.#sumGroups(eachPlace);
    const { isBottomUp } = this.#direction;
    const isKept = ({ costs }: Group) => Math.abs(costs[by]) >= atLeast;
    const others = { count: 0, costs: { ...NO_COSTS } };
    const kept: Group[] = [];
    for (const group of groups) {
      if (isKept(group)) {
        group.places = new Uint32Array(group.placeCount * PLACE);
        if (isBottomUp) group.own = areRoots ? group.costs : NO_COSTS;
        kept.push(group);
      } else if (group.costs[by] !== 0) {
        others.count++;
        addCosts(others.costs, group.costs);
      }
    }
    if (kept.length > 0) this.#fillPlaces(groups, eachPlace);
    for (const { symbol } of groups) this.#groupOf[symbol] = -1;
    kept.sort(
      (a, b) =>
        Math.abs(b.costs[by]) - Math.abs(a.costs[by]) ||
        b.costs.calls - a.costs.calls ||
        a.symbol - b.symbol,
    );
    return { nodes: kept, others };
  }

  #sumGroups(eachPlace: (visit: Visit) => void): Group[] {
    const { symbol: symbolOf } = this.rows;
    const { costs } = this.#direction;
    const groupOf = this.#groupOf;
    const groups: Group[] = [];
    eachPlace((counted, _at, row) => {
      const symbol = symbolOf[row]!;
      let number = groupOf[symbol]!;
      if (number === -1) {
        number = groups.length;
        groupOf[symbol] = number;
        const self = { ...NO_COSTS };
        groups.push({
          symbol,
          costs: { ...NO_COSTS },
          self,
          own: self,
          places: NO_PLACES,
          placeCount: 0,
        });
      }
      const group = groups[number]!;
      group.placeCount++;
      addTraceCosts(group.costs, costs, counted, this.#kinds);
    });
    return groups;
  }

  #fillPlaces(groups: readonly Group[], eachPlace: (visit: Visit) => void): void {
    const { symbol: symbolOf } = this.rows;
    const direction = this.#direction;
    const filled = new Uint32Array(groups.length);
    eachPlace((counted, at, row) => {
      const number = this.#groupOf[symbolOf[row]!]!;
      const { places, self } = groups[number]!;
      if (places.length === 0) return;
      const next = filled[number]!;
      places[next] = counted;
      places[next + 1] = at;
      places[next + 2] = row;
      filled[number] = next + PLACE;
      const ending = direction.endsAt(counted, at, row);
      if (ending !== undefined) addTraceCosts(self, ending, counted, this.#kinds);
    });
  }
}

interface Group extends CallNode {
  own: HeapCosts;
  places: Uint32Array;
  placeCount: number;
}

const NO_PLACES = new Uint32Array(0);

/**
 * From the functions that allocate outwards to their callers.
 *
 * @param rows what is one node; functions where left out.
 */
export function bottomUpTree(
  stacks: CallStacks,
  costs: TraceCosts,
  rows: FrameRows = functionRows(stacks),
): CallTree {
  const { ip, parent } = stacks.traces;
  const { rowStart, isBottom } = rows;
  const isOutermost = (at: TraceIndex, row: number) =>
    row + 1 === rowStart[ip[at]! + 1]! && (parent[at] === 0 || isBottom[ip[at]!] === 1);
  return new CallTree(rows, costs, {
    costs,
    isBottomUp: true,
    begin(visit) {
      for (const [trace, isCostly] of costlyTraces(costs).entries()) {
        if (isCostly === 1) visit(trace, trace, rowStart[ip[trace]!]!);
      }
    },
    advance(counted, at, row, visit) {
      if (isOutermost(at, row)) return;
      if (row + 1 < rowStart[ip[at]! + 1]!) visit(counted, at, row + 1);
      else visit(counted, parent[at]!, rowStart[ip[parent[at]!]!]!);
    },
    endsAt: (_counted, at, row) => (isOutermost(at, row) ? costs : undefined),
  });
}

/**
 * From `main` and other bottoms of stacks inwards to the functions that allocate.
 *
 * @param rows what is one node; functions where left out.
 * @param forest of the same rows and costs, where it is there already.
 */
export function topDownTree(
  stacks: CallStacks,
  costs: TraceCosts,
  rows: FrameRows = functionRows(stacks),
  forest: CallForest = callForest(rows, costs),
): CallTree {
  const { ip } = stacks.traces;
  const { rowStart } = rows;
  const { roots, firstCallee, nextCallee, inclusive } = forest;
  const enter = (trace: TraceIndex, visit: Visit) =>
    visit(trace, trace, rowStart[ip[trace]! + 1]! - 1);
  return new CallTree(rows, costs, {
    costs: inclusive,
    isBottomUp: false,
    begin(visit) {
      for (const root of roots) enter(root, visit);
    },
    advance(_counted, at, row, visit) {
      if (row > rowStart[ip[at]!]!) return visit(at, at, row - 1);
      for (let callee = firstCallee[at]!; callee !== 0; callee = nextCallee[callee]!) {
        enter(callee, visit);
      }
    },
    endsAt: (_counted, at, row) => (row === rowStart[ip[at]!] ? costs : undefined),
  });
}
