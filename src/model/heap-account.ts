import type { Address } from './address.ts';
import type { Bytes } from './bytes.ts';

/** Blocks of one kind. */
export interface AccountPart {
  /** Undefined where its teller does not count them. */
  readonly count: number | undefined;
  readonly bytes: Bytes;
  /** In pages that hold something; undefined where nobody told. */
  readonly resident: Bytes | undefined;
}

/** Where free memory waits in an allocator. */
export type FreePlace =
  | 'bins'
  | 'bins-and-top'
  | 'fast-bins'
  | 'thread-caches'
  | 'top'
  | 'central-caches'
  | 'transfer-caches'
  | 'used-pages'
  | 'free-pages';

/** A large live block. */
export interface LargeBlock {
  /** Of its header: where its mapping begins, if it has one of its own. */
  readonly address: Address;
  /** With its header. */
  readonly size: Bytes;
  /** In pages that hold something. */
  readonly touched: Bytes;
}

/** Kinds of containers, by what their own words look like. */
export const CONTAINER_KINDS = [
  'counted',
  'bounded',
  'text',
  'table',
  'buckets',
  'pieces',
  'ring',
] as const;

export type ContainerKind = (typeof CONTAINER_KINDS)[number];

/** Whose containers of a pointer, a length and a capacity these are; `unknown` for those of C and others. */
export type ContainerLanguage = 'rust' | 'python' | 'unknown';

/** The containers of one kind in a heap. */
export interface ContainerSum {
  readonly kind: ContainerKind;
  readonly number: number;
  /** Of their blocks. */
  readonly bytes: Bytes;
  /** Room for elements that are not there. */
  readonly spare: Bytes;
  readonly spareResident: Bytes;
}

/** A container with a large block. */
export interface LargeContainer {
  readonly kind: ContainerKind;
  /** Of the block's header. */
  readonly address: Address;
  /** What one element takes; exact where both are one. */
  readonly elementBytes: { readonly least: Bytes; readonly most: Bytes };
  /** In elements, but for kinds whose words count bytes: `bounded`, `text`, `pieces`. */
  readonly length: number;
  readonly capacity: number;
}

export interface ContainerSums {
  readonly language: ContainerLanguage;
  /** The largest blocks first, not all where there are many. */
  readonly large: readonly LargeContainer[];
  /** Those with most bytes first. */
  readonly kinds: readonly ContainerSum[];
}

/** What an account says of the process. */
export interface AccountProcess {
  readonly pid: number | undefined;
  /** The program's name: never its arguments. */
  readonly name: string | undefined;
  readonly threads: number | undefined;
  /** In RAM, all memory of the process. */
  readonly resident: Bytes | undefined;
  readonly swapped: Bytes | undefined;
}

/**
 * What an allocator has from the system, what of it is live and what is free: walked block by block,
 * or as the allocator counts it. What is not told is undefined, never 0.
 */
export interface HeapAccount {
  readonly kind: 'heap-account';
  readonly allocator: 'glibc' | 'jemalloc' | 'tcmalloc';
  readonly process: AccountProcess;
  /** From the system: arenas and mapped blocks. */
  readonly system: AccountPart | undefined;
  /** Given out and not freed, without the headers where those are told. */
  readonly live: AccountPart;
  /** Of the live ones those with a mapping of their own. */
  readonly mapped: AccountPart | undefined;
  /** The largest live blocks, the largest first; undefined where nobody told. */
  readonly largeBlocks: readonly LargeBlock[] | undefined;
  /** What containers take of the live ones; undefined where nobody looked. */
  readonly containers: ContainerSums | undefined;
  /** Of live blocks. */
  readonly headers: Bytes | undefined;
  readonly free: readonly (AccountPart & { readonly place: FreePlace })[];
  /** All that is free, wherever it waits. */
  readonly freeInAll: Omit<AccountPart, 'count'> | undefined;
  /** The largest free block, top apart. */
  readonly largestFree: Bytes | undefined;
  /** Whole free pages in RAM that malloc_trim(0) gives back. */
  readonly trimmable: Bytes | undefined;
  /** The allocator's own records. */
  readonly records: Bytes | undefined;
  /** Taken by others with brk. */
  readonly foreign: Bytes | undefined;
  /** Behind a place where the heap is damaged or cut. */
  readonly lost: Bytes | undefined;
  /** Address space whose pages were given back to the system. */
  readonly returned: Bytes | undefined;
  /** What its teller counts otherwise than the words of the parts say. */
  readonly remarks: readonly string[];
}

/** Free blocks that are counted; undefined where none are. */
export function freeBlocks({ free }: HeapAccount): number | undefined {
  const counts = free.flatMap(({ count }) => count ?? []);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

/** What the process has in RAM beside the allocator's memory; undefined where it is not told, or nothing. */
export function residentOfOthers({ process, system }: HeapAccount): Bytes | undefined {
  if (process.resident === undefined || system?.resident === undefined) return undefined;
  const other = process.resident - system.resident;
  return other > 0 ? other : undefined;
}
