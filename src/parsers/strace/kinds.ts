import { RECORD } from '../../model/packed-event.ts';
import { AS_TEXT, EXECVE, NOT_FOLLOWED, OPEN, OPENAT, WRITE } from './scan/layout.ts';

/**
 * Kinds of calls: what their names mean to the scan, and what the records of their events begin with.
 *
 * Behind some records a text follows, filled up to whole records: the path of a file that was opened
 * or executed, a frame of the stack of the event before, an event that has no record of its own, as
 * JSON. Texts that come again and again (outcomes, advice) go once, and later as their number.
 */
export const KIND = {
  ...RECORD,
  NOT_FOLLOWED,
  AS_TEXT,
  WRITE,
  OPEN,
  OPENAT,
  EXECVE,
  /** Records with a text: any event as JSON; a stack frame; a text that gets a number. */
  EVENT: 16,
  FRAME: 17,
  TEXT: 18,
} as const;
