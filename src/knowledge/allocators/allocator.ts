/**
 * What is known of allocators and language runtimes: what they make of a request, what a mapping tells of
 * the request behind it, and how they show in system calls, file names and memory maps. One file each
 * says it, with its source; [measured] are our own traces of programs that printed what they asked for
 * (fixtures/corpus).
 */
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { Language } from '../containers.ts';
import type { MappingPattern } from '../mapping-pattern.ts';

/** Those of which it is known what a request takes. */
export type KnownAllocatorId =
  | 'glibc'
  | 'musl'
  | 'jemalloc'
  | 'mimalloc'
  | 'tcmalloc'
  | 'cpython'
  | 'unknown';

export type AllocatorId = KnownAllocatorId | 'go' | 'v8' | 'jvm' | 'rust' | 'cpp';

/** All whole numbers of bytes from `least` to `most`. */
export interface ByteInterval {
  readonly least: Bytes;
  readonly most: Bytes;
}

/** A piece of what an allocator takes beside the request. */
export interface Overhead {
  readonly what: string;
  readonly bytes: Bytes;
}

/** What one request takes. */
export interface Placement {
  /** `mapping`: whole pages of its own. `block`: a part of memory that the allocator holds already. */
  readonly kind: 'mapping' | 'block';
  /** The request and all its overheads. */
  readonly bytes: Bytes;
  readonly overheads: readonly Overhead[];
}

/** A mapping as a log shows it. */
export interface SeenMapping {
  /** As the program gave it to mmap or mremap; musl's is no multiple of the page. */
  readonly length: Bytes;
  /** mmap made it; otherwise mremap gave it this length. */
  readonly isFresh: boolean;
}

/** A brk call that moved the break up. */
export interface BrkGrowth {
  readonly delta: Bytes;
  readonly isFirst: boolean;
}

export interface ProtectionChange {
  readonly start: Address;
  readonly length: Bytes;
  readonly protection: number;
}

/** A row of private memory without a file, in a memory map. */
export interface AnonymousRow {
  readonly start: Address;
  readonly size: Bytes;
}

/** Something that only this allocator does. */
export interface Mark<Call> {
  /** As a sentence about the process. */
  readonly says: string;
  /** How often it must be seen. */
  readonly times: number;
  readonly fits: (call: Call) => boolean;
}

export interface MappingMark extends MappingPattern {
  readonly says: string;
  readonly times: number;
}

/** How an allocator, or a runtime, shows. */
export interface Allocator {
  readonly id: AllocatorId;
  readonly title: string;
  /**
   * A process has one allocator for malloc, but may have several runtimes, and libraries of languages
   * that have no memory of their own.
   */
  readonly role: 'malloc' | 'runtime' | 'library';
  /** In what programs are written that show it. */
  readonly language?: Language;
  /** Where this is written down. */
  readonly source: string;
  /** What uses of memory (memory-uses.ts, by id) are called in a process that has it. */
  readonly uses?: Readonly<Record<string, string>>;
  /** How to have it tell what of its memory is live, as a command for a shell or a line of the program. */
  readonly tellsLive?: string;
  /** A runtime that keeps its objects in mappings of its own, which no setting of malloc touches. */
  readonly hasOwnHeap?: boolean;
  /** Shared libraries and programs whose name decides. */
  readonly file?: RegExp;
  /** What its messages begin with, which stands in every program that it is linked into. */
  readonly message?: string;
  /** A library that is mapped wherever it is used; something else may be used all the same. */
  readonly library?: RegExp;
  readonly brk?: readonly Mark<BrkGrowth>[];
  readonly mmap?: readonly MappingMark[];
  readonly mprotect?: readonly Mark<ProtectionChange>[];
  /** What shows in a memory map. */
  readonly rows?: readonly Mark<AnonymousRow>[];
}

/** An allocator with its rules, forwards (`place`) and backwards (`requests`). */
export interface KnownAllocator extends Allocator {
  readonly id: KnownAllocatorId;
  /** In full. */
  readonly name: string;
  /** How a request becomes memory, in sentences for the reader. */
  readonly words: readonly string[];
  /** What its header is, where there is something to say. */
  readonly headerWords?: string | undefined;
  /** Requests from here on get a mapping of their own; undefined where none does. */
  readonly mapsFrom: Bytes | undefined;
  /**
   * Requests from here on have whole pages of their own, though these are a part of a larger mapping;
   * undefined where smaller ones share pages.
   */
  readonly ownPagesFrom?: Bytes | undefined;
  /** A free of a mapping raises `mapsFrom` to its length, up to this; undefined where it stays. */
  readonly raisesUpTo?: Bytes | undefined;
  /**
   * What stands before the first element of a block in a mapping of its own; undefined where the
   * allocator touches other pages of it as well, or where that is not known.
   */
  readonly mappedHeader?: Bytes;
  /** Undefined where we do not know it exactly. */
  place(request: Bytes, pageBytes: Bytes): Placement | undefined;
  /** The requests for which a mapping has this length. */
  requests(mapping: SeenMapping, pageBytes: Bytes): ByteInterval;
}
