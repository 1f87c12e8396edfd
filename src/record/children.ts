import { readdirSync, readFileSync } from 'node:fs';

/** The processes that the threads of one have started; undefined where it has ended. */
export function childrenOf(pid: number): number[] | undefined {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
      return children.trim().split(' ').filter(Boolean).map(Number);
    });
  } catch {
    return undefined;
  }
}

/** A process and its descendants, as far as they are there. */
export function familyOf(pid: number): number[] {
  const children = childrenOf(pid);
  return children === undefined ? [] : [pid, ...children.flatMap(familyOf)];
}
