/** A call tree as boxes in columns: each below its caller (or callee), as wide as what it cost. */
import type { CallBranches, CallNode, CallTree } from './call-tree.ts';
import type { CostKind } from './costs.ts';

interface Box {
  /** The first column, and how many. Boxes of a level never overlap. */
  readonly start: number;
  readonly columns: number;
  readonly cost: number;
  /** Place of the box above in its level; -1 for the first level's. */
  readonly parent: number;
  /** Its part of the whole, not rounded to columns, which lies within that of the box above. */
  readonly exactStart: number;
  readonly exactColumns: number;
}

export type FlameBox =
  /** All stacks of the tree. */
  | (Box & { readonly kind: 'whole' })
  | (Box & { readonly kind: 'frame'; readonly node: CallNode })
  /** Frames side by side that would be narrower than a column each. No column may be left for them. */
  | (Box & { readonly kind: 'narrow'; readonly count: number });

/** From left to right. */
export type FlameLevel = readonly FlameBox[];

/** Recorders keep far fewer frames of a stack; a file may say anything. */
const DEEPEST = 1000;

/** Rounding errors, in columns. */
const SMALL = 1e-9;

/**
 * The levels of a flame graph, the zoomed frame first.
 *
 * @param zoom the frame that takes all columns; undefined for all stacks.
 */
export function flameGraph(
  tree: CallTree,
  by: CostKind,
  zoom: CallNode | undefined,
  columns: number,
): FlameLevel[] {
  const cost = zoom === undefined ? tree.total[by] : zoom.costs[by];
  const whole = { start: 0, columns, cost, parent: -1, exactStart: 0, exactColumns: columns };
  const first: FlameBox =
    zoom === undefined ? { ...whole, kind: 'whole' } : { ...whole, kind: 'frame', node: zoom };
  const levels: FlameLevel[] = [[first]];
  // Frames that cost less can never be a column wide.
  const atLeast = Math.max(Number.MIN_VALUE, cost / Math.max(1, columns));
  for (let level: FlameLevel = levels[0]!; levels.length < DEEPEST; ) {
    level = level.flatMap((box, parent) =>
      box.kind === 'narrow' ? [] : boxesBelow(box, parent, branchesOf(tree, by, box, atLeast), by),
    );
    if (level.length === 0) break;
    levels.push(level);
  }
  return levels;
}

function branchesOf(tree: CallTree, by: CostKind, box: FlameBox, atLeast: number): CallBranches {
  return box.kind === 'frame' ? tree.children(box.node, by, atLeast) : tree.roots(by, atLeast);
}

/** Nodes come with the costliest first, so that the narrow ones are last and beside each other. */
function boxesBelow(
  above: FlameBox,
  parent: number,
  { nodes, others }: CallBranches,
  by: CostKind,
): FlameBox[] {
  // What shrank has no width. The rest may then be more than the whole.
  const positive = nodes.reduce((sum, { costs }) => sum + Math.max(0, costs[by]), 0);
  const whole = Math.max(above.cost, positive + Math.max(0, others.costs[by]));
  const scale = whole > 0 ? above.exactColumns / whole : 0;
  const boxes: FlameBox[] = [];
  const narrow = { count: others.count, cost: others.costs[by] };
  let exactStart = above.exactStart;
  for (const node of nodes) {
    const cost = node.costs[by];
    const exactColumns = cost * scale;
    if (exactColumns < 1 - SMALL) {
      narrow.count++;
      narrow.cost += cost;
      continue;
    }
    const place = between(exactStart, exactColumns);
    boxes.push({ ...place, kind: 'frame', node, cost, parent, exactStart, exactColumns });
    exactStart += exactColumns;
  }
  if (narrow.count > 0) {
    const exactColumns = Math.max(0, narrow.cost) * scale;
    const place = between(exactStart, exactColumns);
    boxes.push({ ...place, kind: 'narrow', ...narrow, parent, exactStart, exactColumns });
    giveColumn(boxes, above.start + above.columns);
  }
  return boxes;
}

/** Whole columns. Neighbours round the edge that they share alike, so they neither overlap nor gape. */
function between(exactStart: number, exactColumns: number): Pick<Box, 'start' | 'columns'> {
  const start = Math.round(exactStart + SMALL);
  return { start, columns: Math.round(exactStart + exactColumns + SMALL) - start };
}

/**
 * A column for the last box if it has none: a free one, or one of the box before that has several.
 * What stands below that one keeps its scale: deep stacks would lose a column at each level.
 */
function giveColumn(boxes: FlameBox[], end: number): void {
  const last = boxes.at(-1)!;
  if (last.columns > 0) return;
  const before = boxes.at(-2);
  if (last.start < end) boxes[boxes.length - 1] = { ...last, columns: 1 };
  else if (before !== undefined && before.columns > 1) {
    boxes[boxes.length - 2] = { ...before, columns: before.columns - 1 };
    boxes[boxes.length - 1] = { ...last, start: last.start - 1, columns: 1 };
  }
}

/** Symbols from the tree's root to a frame; `NARROW` at the end for the gathered frames below it. */
export type FramePath = readonly number[];

export const NARROW = -1;

/** The frame at the end of a path; undefined where the tree has none, and for the empty path. */
export function nodeAt(tree: CallTree, by: CostKind, path: FramePath): CallNode | undefined {
  let node: CallNode | undefined;
  for (const [depth, symbol] of path.entries()) {
    const { nodes }: CallBranches = depth === 0 ? tree.roots(by, 0) : tree.children(node!, by, 0);
    node = nodes.find((one) => one.symbol === symbol);
    if (node === undefined) return undefined;
  }
  return node;
}

/** A box by its level and its place in there. */
export interface FlamePlace {
  readonly level: number;
  readonly index: number;
}

/** The box of a path that begins below the first level's; the last one of it that has a box. */
export function placeOf(levels: readonly FlameLevel[], below: FramePath): FlamePlace {
  let place = { level: 0, index: 0 };
  for (const symbol of below) {
    const index = (levels[place.level + 1] ?? []).findIndex(
      (box) => box.parent === place.index && box.columns > 0 && symbolOf(box) === symbol,
    );
    if (index === -1) break;
    place = { level: place.level + 1, index };
  }
  return place;
}

/** The path to a box, from below the first level's. */
export function pathOf(levels: readonly FlameLevel[], { level, index }: FlamePlace): FramePath {
  const path: number[] = [];
  for (let [l, i] = [level, index]; l > 0; l--) {
    const box = levels[l]![i]!;
    path.push(symbolOf(box));
    i = box.parent;
  }
  return path.reverse();
}

const symbolOf = (box: FlameBox): number => (box.kind === 'frame' ? box.node.symbol : NARROW);
