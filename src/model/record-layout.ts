/**
 * The numbers in records of events (packed-event.ts). The scan of strace logs writes such records, too, in
 * another language that reads this file as well: so it holds plain constants and nothing else.
 */
export const RECORD_NUMBERS = 8;
export const RECORD_BYTES = RECORD_NUMBERS * 8;

export const RIGHTS_FACTOR = 32;
export const MAX_RIGHTS = 15;
export const FLAGS_FACTOR = 512;

/** Kinds of records. */
export const BRK = 1;
export const MMAP = 2;
export const MUNMAP = 3;
export const MREMAP = 4;
export const MPROTECT = 5;
export const MADVISE = 6;
export const CLOSE = 11;
export const CLONE = 12;
export const EXIT = 14;
