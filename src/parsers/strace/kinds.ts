import { RECORD } from '../../model/packed-event.ts';

/**
 * Kinds of calls: what their names mean to the scan, and what the records of their events begin with.
 * scan-kinds.as.ts has the same numbers.
 *
 * Behind some records a text follows, filled up to whole records: the path of a file that was opened
 * or executed, a frame of the stack of the event before, an event that has no record of its own, as
 * JSON. Texts that come again and again (outcomes, advice) go once, and later as their number.
 */
export const KIND = {
  ...RECORD,
  NOT_FOLLOWED: 0,
  /** Followed, but always read as text. */
  AS_TEXT: 7,
  /** Looked at for what a program says when it has no memory. */
  WRITE: 8,
  OPEN: 9,
  OPENAT: 10,
  EXECVE: 13,
  /** Records with a text: any event as JSON; a stack frame; a text that gets a number. */
  EVENT: 16,
  FRAME: 17,
  TEXT: 18,
} as const;
