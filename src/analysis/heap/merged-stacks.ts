import type { CallNode, CallTree } from './call-tree.ts';
import type { CostKind, HeapCosts } from './costs.ts';

/** Stacks that have the same symbols, and what they cost together. */
export interface MergedStack {
  /** Symbols in the tree's order; valid until the next stack is asked for. */
  readonly symbols: readonly number[];
  readonly costs: HeapCosts;
}

/**
 * All different stacks of a tree with a cost of one kind, the costliest branches first. One at a
 * time: written out, the stacks of a recording can be a hundred times its size.
 */
export function* mergedStacks(tree: CallTree, by: CostKind): Generator<MergedStack> {
  const symbols: number[] = [];
  // Nodes still to be shown, the next one last. Of what has been shown, nothing is kept.
  const pending: { readonly node: CallNode; readonly depth: number }[] = [];
  const add = (nodes: readonly CallNode[], depth: number) => {
    for (const node of nodes.toReversed()) pending.push({ node, depth });
  };
  add(tree.roots(by, 0).nodes, 0);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, depth } = next;
    symbols.length = depth;
    symbols.push(node.symbol);
    if (node.self[by] !== 0) yield { symbols, costs: node.self };
    add(tree.children(node, by, 0).nodes, depth + 1);
  }
}
