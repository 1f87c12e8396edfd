/** The rows of /proc/PID/maps beside the rows that a replay has at the same moment. */
import type { AddressSpace } from '../../src/analysis/replay/address-space.ts';
import type { MappedRow } from '../../src/analysis/replay/mapped-rows.ts';
import { formatAddress } from '../../src/model/address.ts';
import { PROT } from '../../src/model/syscall-trace.ts';

export interface KernelRow {
  readonly start: number;
  readonly end: number;
  /** `rw-p` */
  readonly rights: string;
  readonly offset: number;
  /** Path or label; empty for anonymous memory. */
  readonly name: string;
}

export interface Comparison {
  /** Rows that the replay has, exactly alike. */
  readonly alike: number;
  /** Rows that the kernel made itself, at exec. */
  readonly kernelOwn: number;
  /** Everything else, in words. */
  readonly differences: readonly string[];
}

export function parseMaps(text: string): KernelRow[] {
  return [...text.matchAll(/^(\w+)-(\w+) (\S{4}) (\w+) \S+ \d+ *(.*)$/gm)].map((match) => ({
    start: Number.parseInt(match[1]!, 16),
    end: Number.parseInt(match[2]!, 16),
    rights: match[3]!,
    offset: Number.parseInt(match[4]!, 16),
    name: match[5]!,
  }));
}

/**
 * Compares row for row. A row of which the log says nothing is the kernel's own. One that the log
 * changes without having made it (`unknown`) must lie in a row of the kernel's with its rights.
 */
export function compareWithKernel(space: AddressSpace, kernel: readonly KernelRow[]): Comparison {
  const rows = space.regions;
  const differences: string[] = [];
  let alike = 0;
  let kernelOwn = 0;
  for (const row of kernel) {
    const here = rows.filter(({ start, end }) => start < row.end && end > row.start);
    if (here.every(({ kind }) => kind === 'unknown')) {
      kernelOwn++;
      const strange = here.filter((part) => !liesIn(part, row));
      if (strange.length > 0) differences.push(describe(row, here));
    } else if (here.length === 1 && isAlike(here[0]!, row)) alike++;
    else differences.push(describe(row, here));
  }
  for (const row of rows) {
    if (!kernel.some(({ start, end }) => start < row.end && end > row.start)) {
      differences.push(`not in the kernel's map: ${text(row)}`);
    }
  }
  return { alike, kernelOwn, differences };
}

const rights = ({ protection, shared }: MappedRow) =>
  (protection & PROT.READ ? 'r' : '-') +
  (protection & PROT.WRITE ? 'w' : '-') +
  (protection & PROT.EXEC ? 'x' : '-') +
  (shared ? 's' : 'p');

function liesIn(part: MappedRow, row: KernelRow): boolean {
  return part.start >= row.start && part.end <= row.end && rights(part) === row.rights;
}

function isAlike(replayed: MappedRow, row: KernelRow): boolean {
  return (
    replayed.start === row.start &&
    replayed.end === row.end &&
    rights(replayed) === row.rights &&
    replayed.offset === row.offset &&
    isNamedAlike(replayed, row.name)
  );
}

/**
 * The log has the name by which a file was opened, the kernel the one it has: behind links, where
 * `libz.so.1` is `/usr/lib/x86_64-linux-gnu/libz.so.1.2.13`.
 */
function isNamedAlike({ kind, path }: MappedRow, name: string): boolean {
  const last = (whole: string) => `${whole.slice(whole.lastIndexOf('/') + 1)}.`;
  if (kind === 'heap') return name === '[heap]';
  if (kind === 'anonymous') return name === '';
  return path === undefined ? name.startsWith('/') : last(name).startsWith(last(path));
}

const text = (row: MappedRow) =>
  `${formatAddress(row.start)}-${formatAddress(row.end)} ${rights(row)} ${row.kind} ${row.path}`;

const describe = (row: KernelRow, here: readonly MappedRow[]) =>
  `${formatAddress(row.start)}-${formatAddress(row.end)} ${row.rights} ${row.name}: replayed as ` +
  (here.map(text).join(' and ') || 'nothing');
