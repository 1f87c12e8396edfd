import { splitTop } from '../../model/split-top.ts';
import type { CallBranches, CallNode, CallTree } from './call-tree.ts';
import { addCosts, type CostKind, type HeapCosts, NO_COSTS } from './costs.ts';
import type { StackFrame } from './stacks.ts';

export interface OutlineLimits {
  /** Levels below the roots. */
  readonly depth: number;
  /** Nodes below one other, the rest of them summed. */
  readonly nodes: number;
  /** Smallest part of the whole that a node must have, from 0 to 1. */
  readonly part: number;
}

/** A line of a tree written out. */
export interface OutlineRow {
  readonly depth: number;
  /** Undefined for the sum of nodes that are left out. */
  readonly frame: StackFrame | undefined;
  /** Nodes that the row stands for. */
  readonly count: number;
  readonly costs: HeapCosts;
  /** What the function allocates itself. */
  readonly self: HeapCosts;
}

/** The part of a call tree that matters, depth first. A loop: `--frames` says how deep it goes. */
export function treeOutline(tree: CallTree, by: CostKind, limits: OutlineLimits): OutlineRow[] {
  const rows: OutlineRow[] = [];
  const atLeast = Math.max(Math.abs(tree.total[by]) * limits.part, 1);
  // Branches that are begun, by depth.
  const levels = [levelOf(tree.roots(by, atLeast), limits)];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const depth = levels.length - 1;
    const node = level.left.pop();
    if (node === undefined) {
      if (level.others.count > 0) rows.push({ depth, frame: undefined, ...level.others });
      levels.pop();
      continue;
    }
    rows.push({ depth, frame: tree.frame(node), count: 1, costs: node.costs, self: node.own });
    if (depth < limits.depth) levels.push(levelOf(tree.children(node, by, atLeast), limits));
  }
  return rows;
}

/** The nodes below one other that are still to be shown, the last one first, and the sum of the rest. */
function levelOf({ nodes, others }: CallBranches, limits: OutlineLimits) {
  const { shown, rest } = splitTop(nodes, limits.nodes);
  return { left: shown.toReversed(), others: sumOthers(others, rest) };
}

function sumOthers(
  small: { readonly count: number; readonly costs: HeapCosts },
  beyond: readonly CallNode[],
): { count: number; costs: HeapCosts; self: HeapCosts } {
  const costs = { ...small.costs };
  const self = { ...NO_COSTS };
  for (const node of beyond) {
    addCosts(costs, node.costs);
    addCosts(self, node.own);
  }
  return { count: small.count + beyond.length, costs, self };
}
