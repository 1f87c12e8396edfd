import type { Address } from '../../model/address.ts';
import { baseName } from '../../model/base-name.ts';
import type { Bytes } from '../../model/bytes.ts';
import {
  type ImageRow,
  type ProcessImage,
  type ProgramFacts,
  rowAt,
} from '../../model/process-image.ts';

/** Where beside the heap a container's own words stand. */
export type RootPlace =
  | { readonly kind: 'stack'; readonly tid: number }
  /** Static data of a program or library; its name where the file has one. */
  | { readonly kind: 'data'; readonly file: string; readonly name: string | undefined }
  | { readonly kind: 'memory' };

/** Says where an address beside the heap lies. */
export function rootPlace(address: Address, image: ProcessImage, program: ProgramFacts): RootPlace {
  const region = regionAt(address, image);
  if (region.kind !== 'data') return region;
  const { file } = region;
  return { kind: 'data', file: baseName(file), name: program.staticAt(address, file) };
}

/** Whether an address beside the heap is that of a variable, and of no other allocator's memory. */
export const isVariable = (address: Address, image: ProcessImage): boolean =>
  regionAt(address, image).kind !== 'memory';

/** The same before anything is named. */
type Region =
  | Exclude<RootPlace, { readonly kind: 'data' }>
  /** By the path of its file. */
  | { readonly kind: 'data'; readonly file: string };

function regionAt(address: Address, { rows, threads }: ProcessImage): Region {
  const row = rowAt(rows, address);
  if (row === undefined) return { kind: 'memory' };
  const isIn = (pointer: Address | undefined) =>
    pointer !== undefined && pointer >= row.start && pointer < row.end;
  const thread = threads.find(({ stackPointer }) => isIn(stackPointer));
  if (thread) return { kind: 'stack', tid: thread.tid };
  if (row.backing.kind === 'stack' && threads[0]) return { kind: 'stack', tid: threads[0].tid };
  const file = fileOf(row) ?? fileOf(rowBefore(rows, row));
  return file === undefined ? { kind: 'memory' } : { kind: 'data', file };
}

/** A larger row behind the data of a library is not of it alone: the kernel joins what touches. */
const MOST_BSS: Bytes = 256 * 1024;

/** What a program does not initialise (.bss) lies behind its data, and is of no file. */
function rowBefore(rows: readonly ImageRow[], row: ImageRow): ImageRow | undefined {
  if (row.backing.kind !== 'anonymous' || row.end - row.start > MOST_BSS) return undefined;
  const before = rowAt(rows, row.start - 1);
  return before?.permissions.startsWith('rw') ? before : undefined;
}

const fileOf = (row: ImageRow | undefined): string | undefined =>
  row?.backing.kind === 'file' ? row.backing.path : undefined;
