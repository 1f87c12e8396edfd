import type { CallBranches, CallNode, CallTree } from '../../../analysis/heap/call-tree.ts';
import type { CostKind, HeapCosts } from '../../../analysis/heap/costs.ts';
import { memoizeLast } from '../../../model/memoize.ts';

/** A line of the tree as far as it is open. */
export interface HeapRow {
  /** The way to it from the root, by symbols. */
  readonly name: string;
  readonly depth: number;
  /** Undefined for the sum of what is too small. */
  readonly node: CallNode | undefined;
  readonly costs: HeapCosts;
  readonly others: number;
  readonly isOpen: boolean;
  /** The row that it stands below; -1 for roots. */
  readonly parent: number;
}

/** Branches of a tree that were looked at; making them walks through all stacks of a node. */
class Branches {
  readonly tree: CallTree;
  readonly by: CostKind;
  readonly #known = new Map<CallNode | undefined, CallBranches>();

  constructor(tree: CallTree, by: CostKind) {
    this.tree = tree;
    this.by = by;
  }

  below(node: CallNode | undefined): CallBranches {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const atLeast = Math.max(1, Math.abs(this.tree.total[this.by]) * SMALLEST_SHARE);
    const made =
      node === undefined
        ? this.tree.roots(this.by, atLeast)
        : this.tree.children(node, this.by, atLeast);
    this.#known.set(node, made);
    return made;
  }
}

/** Functions with less than this of the whole are summed in one row. */
const SMALLEST_SHARE = 0.0001;

const allBranchesOf = memoizeLast((_tree: CallTree) => new Map<CostKind, Branches>());

function branchesOf(tree: CallTree, by: CostKind): Branches {
  const all = allBranchesOf(tree);
  const branches = all.get(by) ?? new Branches(tree, by);
  all.set(by, branches);
  return branches;
}

/** Branches that are open, depth first. */
export const heapRows = memoizeLast(
  (tree: CallTree, by: CostKind, open: readonly string[]): readonly HeapRow[] => {
    const branches = branchesOf(tree, by);
    const isOpen = new Set(open);
    const rows: HeapRow[] = [];
    const add = ({ nodes, others }: CallBranches, above: string, depth: number, parent: number) => {
      // What has no siblings stands below its only caller as in a stack, without going to the right.
      const isFork = nodes.length + others.count > 1;
      for (const node of nodes) {
        const name = `${above}/${node.symbol}`;
        const opened = isOpen.has(name);
        rows.push({ name, depth, node, costs: node.costs, others: 0, isOpen: opened, parent });
        if (opened) add(branches.below(node), name, depth + Number(isFork), rows.length - 1);
      }
      if (others.count === 0) return;
      const name = `${above}/others`;
      const sum = { node: undefined, costs: others.costs, others: others.count };
      rows.push({ name, depth, ...sum, isOpen: false, parent });
    };
    add(branches.below(undefined), '', 0, -1);
    return rows;
  },
);

const DEEPEST = 200;

/** The way down from a row along the costliest branch, as far as that has most of the cost. */
export function costliestWay(tree: CallTree, by: CostKind, { name, node }: HeapRow): string[] {
  const branches = branchesOf(tree, by);
  const names: string[] = [];
  let at = node;
  let path = name;
  while (at !== undefined && names.length < DEEPEST) {
    names.push(path);
    const next: CallNode | undefined = branches.below(at).nodes[0];
    if (next === undefined || Math.abs(next.costs[by]) * 2 < Math.abs(at.costs[by])) break;
    path = `${path}/${next.symbol}`;
    at = next;
  }
  return names;
}

export function hasBranches(tree: CallTree, by: CostKind, node: CallNode): boolean {
  const { nodes, others } = branchesOf(tree, by).below(node);
  return nodes.length + others.count > 0;
}
