/** `strace.log.7731`: what `strace -ff -o strace.log` writes, a file per process. */
const PART = /^(.+)\.(\d{1,7})$/;

/** Files that are one capture together. */
export type Parts = readonly string[];

/**
 * Puts files together that are parts of one capture, which their names tell: one stem, and numbers
 * behind it. All others stay alone; the order is that of the first of each.
 */
export function groupSplitCaptures(files: readonly string[]): (string | Parts)[] {
  const groups = new Map<string, string[]>();
  for (const [i, file] of files.entries()) {
    const stem = PART.exec(file)?.[1];
    const key = stem === undefined ? `${i}` : `/${stem}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()].map((group) => (group.length === 1 ? group[0]! : group));
}

/** The number behind the stem. */
export function partNumber(file: string): number {
  return Number(PART.exec(file)?.[2] ?? 0);
}

/** What all parts are called together: `strace.log.*`. */
export function partsName(parts: Parts): string {
  return `${PART.exec(parts[0]!)?.[1] ?? parts[0]}.*`;
}
