import { splitTop } from '../top.ts';
import type { CallNode, CallTree } from './call-tree.ts';
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
  /** Without what goes on to nodes below. */
  readonly self: HeapCosts;
}

/** The part of a call tree that matters, depth first. */
export function treeOutline(tree: CallTree, by: CostKind, limits: OutlineLimits): OutlineRow[] {
  const rows: OutlineRow[] = [];
  const atLeast = Math.max(Math.abs(tree.total[by]) * limits.part, 1);
  const add = (branches: ReturnType<CallTree['roots']>, depth: number) => {
    const { shown, rest } = splitTop(branches.nodes, limits.nodes);
    for (const node of shown) {
      const frame = tree.frame(node);
      rows.push({ depth, frame, count: 1, costs: node.costs, self: node.self });
      if (depth < limits.depth) add(tree.children(node, by, atLeast), depth + 1);
    }
    const others = sumOthers(branches.others, rest);
    if (others.count > 0) rows.push({ depth, frame: undefined, ...others });
  };
  add(tree.roots(by, atLeast), 0);
  return rows;
}

function sumOthers(
  small: { readonly count: number; readonly costs: HeapCosts },
  beyond: readonly CallNode[],
): { count: number; costs: HeapCosts; self: HeapCosts } {
  const costs = { ...small.costs };
  const self = { ...NO_COSTS };
  for (const node of beyond) {
    addCosts(costs, node.costs);
    addCosts(self, node.self);
  }
  return { count: small.count + beyond.length, costs, self };
}
