import type { Address } from './address.ts';
import type { Bytes } from './bytes.ts';

/** PROT_* bits of mmap and mprotect (linux/mman-common.h; the same on all architectures). */
export const PROT = { NONE: 0, READ: 1, WRITE: 2, EXEC: 4 } as const;

/** MAP_* bits of mmap that change what a mapping is (asm-generic/mman.h). */
export const MAP = {
  SHARED: 0x1,
  PRIVATE: 0x2,
  FIXED: 0x10,
  ANONYMOUS: 0x20,
  NORESERVE: 0x4000,
  STACK: 0x20000,
  HUGETLB: 0x40000,
  GROWSDOWN: 0x100,
  FIXED_NOREPLACE: 0x100000,
} as const;

/** MREMAP_* bits of mremap (linux/mman.h). */
export const MREMAP = { MAYMOVE: 1, FIXED: 2, DONTUNMAP: 4 } as const;

/** SHM_* bits of shmat (linux/shm.h). */
export const SHM = { RDONLY: 0o10000, EXEC: 0o100000 } as const;

/** Seconds since the first time stamp of the log. */
export type LogTime = number;

/** Where and when a call took effect: the line of its result, not of its start. */
export interface EventOrigin {
  /** The thread; 0 where the line has no PID. */
  readonly pid: number;
  readonly line: number;
  /** Undefined where the log has no time stamps. */
  readonly time: LogTime | undefined;
  /** Frames of `strace -k`, innermost first; undefined without `-k`. */
  readonly stack?: readonly string[] | undefined;
}

/**
 * A system call that succeeded and changed an address space or the set of processes. Lengths are as
 * the program gave them; the kernel rounds them up to pages.
 */
export type SyscallEvent = EventOrigin &
  (
    | {
        readonly call: 'brk' /** 0: only asks where the break is. */;
        readonly requested: Address;
        readonly result: Address;
      }
    | {
        readonly call: 'mmap';
        readonly length: Bytes;
        readonly protection: number;
        readonly flags: number;
        /** The mapped file's descriptor; -1 for none. */
        readonly descriptor: number;
        /** The mapped file's path where this line shows it (`-y`). */
        readonly path: string | undefined;
        /** Where in the file the mapping begins. */
        readonly offset: Bytes;
        readonly result: Address;
      }
    | { readonly call: 'munmap'; readonly start: Address; readonly length: Bytes }
    | {
        readonly call: 'mremap';
        readonly oldStart: Address;
        readonly oldLength: Bytes;
        readonly newLength: Bytes;
        readonly flags: number;
        readonly result: Address;
      }
    | {
        readonly call: 'mprotect';
        readonly start: Address;
        readonly length: Bytes;
        readonly protection: number;
      }
    | {
        readonly call: 'madvise';
        readonly start: Address;
        readonly length: Bytes;
        readonly advice: string;
      }
    | { readonly call: 'shmget'; readonly key: number; readonly length: Bytes; readonly id: number }
    | {
        readonly call: 'shmat';
        readonly id: number;
        readonly flags: number;
        readonly result: Address;
      }
    | { readonly call: 'shmdt'; readonly start: Address }
    | {
        readonly call: 'clone';
        readonly child: number;
        /** CLONE_VM: the child is a thread, or borrows the space until it executes (vfork). */
        readonly sharesMemory: boolean;
      }
    | { readonly call: 'open'; readonly path: string; readonly descriptor: number }
    | { readonly call: 'close'; readonly descriptor: number }
    | { readonly call: 'execve'; readonly program: string }
    | { readonly call: 'exit'; readonly outcome: string }
  );

/** What the lines of a log were, by class; the sum is the count of lines. */
export interface LineCounts {
  calls: number;
  unfinished: number;
  resumed: number;
  signals: number;
  exits: number;
  notes: number;
  stackFrames: number;
  dumps: number;
  summaryRows: number;
  blank: number;
  unrecognised: number;
}

export interface CallCount {
  readonly name: string;
  calls: number;
  errors: number;
}

/** One process or thread of the log. */
export interface TracedTask {
  readonly pid: number;
  readonly firstLine: number;
  /** How it ended, in the log's words (`exited with 0`); undefined when the log does not say. */
  outcome: string | undefined;
}

/** An allocation that the program itself said had failed. */
export interface FailedAllocation {
  readonly line: number;
  /** What it asked the allocator for. */
  readonly bytes: Bytes;
}

/** What is left of a system call log after one pass; events went to the folds. */
export interface SyscallTrace {
  readonly kind: 'syscall-trace';
  readonly lineCount: number;
  readonly lines: LineCounts;
  /** By name, in order of first appearance. */
  readonly calls: readonly CallCount[];
  /** In order of appearance; the first of many. */
  readonly tasks: readonly TracedTask[];
  readonly taskCount: number;
  /** The real PID of task 0, where the log tells it later; undefined otherwise. */
  readonly unnamedPid: number | undefined;
  readonly clock: 'none' | 'time of day' | 'epoch' | 'relative';
  /** In order of appearance; the first of many. Known of programs in Rust only. */
  readonly failedAllocations: readonly FailedAllocation[];
  /** Seconds from the first to the last time stamp. */
  readonly duration: LogTime | undefined;
}
