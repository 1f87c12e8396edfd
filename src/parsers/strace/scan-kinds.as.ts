/** Kinds of calls: what their names mean to words.ts, and what their records begin with. kinds.ts has the same. */
export const NOT_FOLLOWED: i32 = 0;
export const BRK: i32 = 1;
export const MMAP: i32 = 2;
export const MUNMAP: i32 = 3;
export const MREMAP: i32 = 4;
export const MPROTECT: i32 = 5;
export const MADVISE: i32 = 6;
export const AS_TEXT: i32 = 7;
export const WRITE: i32 = 8;
export const OPEN: i32 = 9;
export const OPENAT: i32 = 10;
export const CLOSE: i32 = 11;
export const EXECVE: i32 = 13;

/** The head of a record holds more than the kind; see kinds.ts. */
export const RIGHTS_FACTOR: f64 = 32;
export const FLAGS_FACTOR: f64 = 512;
export const MAX_RIGHTS: i32 = 15;
