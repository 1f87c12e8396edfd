import { readdirSync, readFileSync } from 'node:fs';

/** One process of the machine, as far as its family goes. */
export interface ProcessNode {
  readonly pid: number;
  readonly parent: number;
  /** 0 for the one that was asked for, 1 for its children. */
  readonly depth: number;
}

/**
 * A process and all that descend from it, each before its children, in the order of their PIDs. Those
 * that end meanwhile are left out.
 */
export function processFamily(root: number): ProcessNode[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined;
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings) siblings.push(pid);
    else children.set(parent, [pid]);
  }
  const family: ProcessNode[] = [];
  const visit = (pid: number, parent: number, depth: number) => {
    family.push({ pid, parent, depth });
    for (const child of (children.get(pid) ?? []).sort((a, b) => a - b)) {
      visit(child, pid, depth + 1);
    }
  };
  visit(root, parentOf(root) ?? 0, 0);
  return family;
}

/** The name in brackets may hold anything; the parent is the second field behind it (proc_pid_stat(5)). */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
