import type { CallStacks, IpIndex } from '../../model/heap-profile.ts';
import { type CallForest, callForest, costlyTraces, walkForest } from './call-forest.ts';
import {
  addCosts,
  addTraceCosts,
  type CostKind,
  type HeapCosts,
  NO_COSTS,
  ownKinds,
  type TraceCosts,
} from './costs.ts';
import { type FrameRows, frameOfSymbol, functionRows } from './frame-rows.ts';

/** A function is told by its name and module; undefined parts were not known to the recorder. */
export interface FunctionName {
  readonly name: string | undefined;
  readonly module: string | undefined;
}

/** What a function cost. */
export interface FunctionCosts extends FunctionName {
  /** Of all stacks in which it stands, however often. */
  readonly inclusive: HeapCosts;
  /** Of the stacks that it ends: it called the allocator itself. */
  readonly self: HeapCosts;
}

/** A caller or callee, with the costs of all stacks in which the one calls the other. */
export interface RelatedFunction extends FunctionName {
  readonly costs: HeapCosts;
}

/** A line of a function, with the costs of the stacks that go through it. */
export interface SourceLine {
  readonly file: string | undefined;
  /** 0 where not known. */
  readonly line: number;
  /** A stack counts for the line nearest to the allocation, so lines sum up to their function. */
  readonly inclusive: HeapCosts;
  readonly self: HeapCosts;
}

/** One function from all sides. */
export interface FunctionNeighbours {
  /** The functions that were selected, taken as one. */
  readonly functions: readonly FunctionName[];
  readonly inclusive: HeapCosts;
  readonly self: HeapCosts;
  readonly callers: readonly RelatedFunction[];
  readonly callees: readonly RelatedFunction[];
  readonly lines: readonly SourceLine[];
}

/** All functions that cost anything, in the order in which they appear in the recording. */
export function functionCosts(
  stacks: CallStacks,
  costs: TraceCosts,
  rows: FrameRows = functionRows(stacks),
): FunctionCosts[] {
  const { ip, parent } = stacks.traces;
  const { rowStart, symbol } = rows;
  const forest = callForest(rows, costs);
  const inclusive = new CostSums(forest.inclusive);
  const self = new CostSums(costs);
  // How often each function stands in the current stack; only its first appearance counts.
  const onStack = new Uint32Array(rows.symbolCount);
  walkForest(forest, parent, {
    enter(trace) {
      for (let row = rowStart[ip[trace]!]!; row < rowStart[ip[trace]! + 1]!; row++) {
        if (onStack[symbol[row]!]!++ === 0) inclusive.add(symbol[row]!, trace);
      }
      self.add(symbol[rowStart[ip[trace]!]!]!, trace);
    },
    leave(trace) {
      for (let row = rowStart[ip[trace]!]!; row < rowStart[ip[trace]! + 1]!; row++) {
        onStack[symbol[row]!]!--;
      }
    },
  });
  return [...inclusive.sums.keys()]
    .sort((a, b) => a - b)
    .map((key) => ({
      ...functionName(rows, key),
      inclusive: inclusive.of(key),
      self: self.of(key),
    }));
}

/**
 * Callers, callees and lines of a function.
 *
 * @param isSelected tells the function; several that match are taken as one.
 * @param rows and `forest`: of the same stacks and costs, where they are there already.
 * @returns undefined where no function matches.
 */
export function callersOf(
  stacks: CallStacks,
  costs: TraceCosts,
  isSelected: (candidate: FunctionName) => boolean,
  rows: FrameRows = functionRows(stacks),
  forest: CallForest = callForest(rows, costs),
): FunctionNeighbours | undefined {
  const selected = new Uint8Array(rows.symbolCount);
  const functions: FunctionName[] = [];
  for (let key = 0; key < rows.symbolCount; key++) {
    const name = functionName(rows, key);
    if (!isSelected(name)) continue;
    selected[key] = 1;
    functions.push(name);
  }
  if (functions.length === 0) return undefined;
  const { callers, callees } = neighbours(rows, forest, selected);
  const lines = linesOf(rows, costs, selected);
  const [inclusive, self] = [{ ...NO_COSTS }, { ...NO_COSTS }];
  for (const line of lines) {
    addCosts(inclusive, line.inclusive);
    addCosts(self, line.self);
  }
  return { functions, inclusive, self, callers, callees, lines };
}

/** A stack counts once for each pair of functions that call each other in it. */
function neighbours(
  rows: FrameRows,
  forest: CallForest,
  selected: Uint8Array,
): { callers: RelatedFunction[]; callees: RelatedFunction[] } {
  const { rowStart, symbol } = rows;
  const { ip, parent } = rows.stacks.traces;
  const callers = new CostSums(forest.inclusive);
  const callees = new CostSums(forest.inclusive);
  const callersOnStack = new Int32Array(rows.symbolCount);
  const calleesOnStack = new Int32Array(rows.symbolCount);
  const isRoot = (trace: number) => parent[trace] === 0 || rows.isBottom[ip[trace]!] === 1;

  /** Counts the calls that a trace adds to the stack, by `step`. */
  const count = (trace: number, step: 1 | -1) => {
    let caller = isRoot(trace) ? undefined : symbol[rowStart[ip[parent[trace]!]!]!]!;
    for (let row = rowStart[ip[trace]! + 1]! - 1; row >= rowStart[ip[trace]!]!; row--) {
      const callee = symbol[row]!;
      if (caller !== undefined && selected[callee] === 1) {
        if (callersOnStack[caller] === 0) callers.add(caller, trace);
        callersOnStack[caller]! += step;
      }
      if (caller !== undefined && selected[caller] === 1) {
        if (calleesOnStack[callee] === 0) callees.add(callee, trace);
        calleesOnStack[callee]! += step;
      }
      caller = callee;
    }
  };
  walkForest(forest, parent, {
    enter: (trace) => count(trace, 1),
    leave: (trace) => count(trace, -1),
  });
  const related = ({ sums }: CostSums) =>
    [...sums].map(([key, sum]) => ({ ...functionName(rows, key), costs: sum }));
  return { callers: related(callers), callees: related(callees) };
}

function linesOf(rows: FrameRows, costs: TraceCosts, selected: Uint8Array): SourceLine[] {
  const { rowStart, symbol, isBottom } = rows;
  const { ip, parent, count } = rows.stacks.traces;
  /** How far the innermost selected row of an IP is from its first one; undefined without any. */
  const selectedDepth = (at: IpIndex): number | undefined => {
    for (let row = rowStart[at]!; row < rowStart[at + 1]!; row++) {
      if (selected[symbol[row]!] === 1) return row - rowStart[at]!;
    }
    return undefined;
  };
  const isCostly = costlyTraces(costs);
  // The trace from here outwards that first has a selected function, plus 1; 0 for none.
  const nearest = new Uint32Array(count);
  const lines = new Map<string, SourceLine>();
  for (let trace = 0; trace < count; trace++) {
    const here = ip[trace]!;
    const depthHere = selectedDepth(here);
    if (depthHere !== undefined) nearest[trace] = trace + 1;
    else if (parent[trace] !== 0 && isBottom[here] === 0) nearest[trace] = nearest[parent[trace]!]!;
    if (nearest[trace] === 0 || isCostly[trace] === 0) continue;
    const owner = ip[nearest[trace]! - 1]!;
    const line = lineAt(lines, rows.stacks, owner, depthHere ?? selectedDepth(owner)!);
    addTraceCosts(line.inclusive, costs, trace);
    if (depthHere === 0) addTraceCosts(line.self, costs, trace);
  }
  return [...lines.values()];
}

function lineAt(
  lines: Map<string, SourceLine>,
  { ips, strings }: CallStacks,
  ip: IpIndex,
  depth: number,
): SourceLine {
  const frame = ips.frameStart[ip]! + depth;
  const isKnown = frame < ips.frameStart[ip + 1]!;
  const file = isKnown ? strings[ips.frames.file[frame]!] || undefined : undefined;
  const number = isKnown ? ips.frames.line[frame]! : 0;
  const key = `${number} ${file}`;
  let line = lines.get(key);
  if (line === undefined) {
    line = { file, line: number, inclusive: { ...NO_COSTS }, self: { ...NO_COSTS } };
    lines.set(key, line);
  }
  return line;
}

function functionName(rows: FrameRows, symbol: number): FunctionName {
  const { name, module } = frameOfSymbol(rows, symbol);
  return { name, module };
}

/** Sums of traces' costs by symbol. */
class CostSums {
  readonly sums = new Map<number, HeapCosts>();
  readonly #costs: TraceCosts;
  readonly #kinds: readonly CostKind[];

  constructor(costs: TraceCosts) {
    this.#costs = costs;
    this.#kinds = ownKinds(costs);
  }

  add(symbol: number, trace: number): void {
    let sum = this.sums.get(symbol);
    if (sum === undefined) {
      sum = { ...NO_COSTS };
      this.sums.set(symbol, sum);
    }
    addTraceCosts(sum, this.#costs, trace, this.#kinds);
  }

  of(symbol: number): HeapCosts {
    return this.sums.get(symbol) ?? { ...NO_COSTS };
  }
}
