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
  // Nodes still to be shown, by depth; the next one last.
  const levels: CallNode[][] = [tree.roots(by, 0).nodes.toReversed()];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const node = level.pop();
    if (node === undefined) {
      levels.pop();
      symbols.pop();
      continue;
    }
    symbols.push(node.symbol);
    if (node.self[by] !== 0) yield { symbols, costs: node.self };
    levels.push(tree.children(node, by, 0).nodes.toReversed());
  }
}
