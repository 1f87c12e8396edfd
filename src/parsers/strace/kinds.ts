/**
 * Events as records of eight doubles: the scan writes them, threads hand them over, and event-reader.ts
 * makes events of them.
 *
 *     head, PID, line, time (NaN: none), and up to four numbers
 *     head = kind + RIGHTS_FACTOR × rights + FLAGS_FACTOR × flags
 *
 * Behind some records a text follows, filled up to whole records: the path of a file that was opened
 * or executed, a frame of the stack of the event before, an event that has no record of its own, as JSON. Texts that
 * come again and again (outcomes, advice) go once, and later as their number.
 */
export const RECORD_NUMBERS = 8;
export const RECORD_BYTES = RECORD_NUMBERS * Float64Array.BYTES_PER_ELEMENT;

/** Rights are 15 at most. */
export const RIGHTS_FACTOR = 32;
export const MAX_RIGHTS = 15;
export const FLAGS_FACTOR = 512;

/**
 * Kinds of calls: what their names mean to the scan, and what their records begin with.
 * scan-kinds.as.ts has the same numbers.
 */
export const KIND = {
  NOT_FOLLOWED: 0,
  BRK: 1,
  MMAP: 2,
  MUNMAP: 3,
  MREMAP: 4,
  MPROTECT: 5,
  MADVISE: 6,
  /** Followed, but always read as text. */
  AS_TEXT: 7,
  /** Looked at for what a program says when it has no memory. */
  WRITE: 8,
  OPEN: 9,
  OPENAT: 10,
  CLOSE: 11,
  CLONE: 12,
  EXECVE: 13,
  EXIT: 14,
  /** Records with a text: any event as JSON; a stack frame; a text that gets a number. */
  EVENT: 16,
  FRAME: 17,
  TEXT: 18,
} as const;
