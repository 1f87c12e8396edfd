/**
 * What the scan and TypeScript share: where things lie in their memory, and what numbers stand for. Both
 * languages read this file, so it holds plain constants and nothing else.
 */

/**
 * The state: what one side changes, the other sees. Offsets in bytes; `second` to `originNano` are f64, all
 * others u32.
 *
 *     line           number of the line that is being read
 *     everyLine      not 0: nothing is taken in WebAssembly
 *     frames         how many stack frames on the next lines are kept, as those of an event
 *     clockKind      one of the clocks below
 *     second, nano   the latest time stamp
 *     origin…        the stamp of time 0
 *     calls … signals   lines taken in WebAssembly
 *     unfinished…    line and PID of the latest line that was a call's first half
 *     records        how many records of events wait to be handed over
 */
export const LINE = 0;
export const EVERY_LINE = 4;
export const FRAMES = 8;
export const CLOCK_KIND = 12;
export const SECOND = 16;
export const NANO = 24;
export const ORIGIN_SECOND = 32;
export const ORIGIN_NANO = 40;
export const CALLS = 48;
export const UNFINISHED = 52;
export const RESUMED = 56;
export const STACK_FRAMES = 60;
export const DUMPS = 64;
export const SIGNALS = 68;
export const UNFINISHED_LINE = 72;
export const UNFINISHED_PID = 76;
export const RECORDS = 80;
export const STATE_BYTES = 128;

/** Kinds of clocks. */
export const NO_STAMP = 0;
export const TIME_OF_DAY = 1;
export const EPOCH = 2;
export const RELATIVE = 3;

/** Frames that are kept of a stack; strace itself stops there. */
export const MOST_FRAMES = 256;

/** How many records are handed over at once, at most. */
export const RECORD_CAPACITY = 1024;

/** What a call's name means, beside the kinds of records in record-layout.ts. */
export const NOT_FOLLOWED = 0;
/** Followed, but always read as text. */
export const AS_TEXT = 7;
/** Looked at for what a program says when it has no memory. */
export const WRITE = 8;
/** Also kinds of records, behind which the path follows. */
export const OPEN = 9;
export const OPENAT = 10;
export const EXECVE = 13;

/** What a word can be. */
export const NAME = 0;
export const PROTECTION = 1;
export const MAP_FLAGS = 2;
export const MREMAP_FLAGS = 3;
export const ADVICE = 4;

/** The table of words: how many fit, how long each is, and where in it the counts of a name's calls are. */
export const WORD_CAPACITY = 1024;
export const WORD_BYTES = 128;
export const WORD_CALLS = 8;
export const WORD_ERRORS = 12;

/**
 * The tasks that are known and live: a hash table by PID. It forgets rather than grows: the lines of a task
 * that has no slot are read in TypeScript.
 *
 *     bytes   0  id     u32   PID + 1; 0: free; 0xffffffff: was taken
 *             4  key    u32   the PID of its events
 *             8  place  u32   of its open call in the table of these
 */
export const TASK_SLOTS = 65536;
export const TASK_BYTES = 16;
export const TASK_KEY = 4;
export const TASK_PLACE = 8;
/** A slot is found by the upper 16 bits of the product of the id and this. */
export const TASK_FACTOR = 0x9e3779b1;

/**
 * The calls that tasks have not returned from.
 *
 *     bytes   0  name    u32   index of the name's word + 1; NO_CALL or OPEN_ELSEWHERE
 *             4  length  u32   of the arguments that were printed
 *             8  bytes         the arguments
 */
export const OPEN_BYTES = 256;
export const OPEN_LENGTH = 4;
export const OPEN_ARGUMENTS = 8;
export const NO_CALL = 0;
/** TypeScript keeps the call. */
export const OPEN_ELSEWHERE = 0xffffffff;

/** Descriptors whose files can wait, and how many files wait at once; opens.as.ts says for what. */
export const DESCRIPTORS = 4096;
export const HEAD_BYTES = 8;
export const MOST_WAITING = 1024;
/** Of what is kept of a file, before its path. */
export const OPENING_HEAD_BYTES = 24;
/** PATH_MAX (linux/limits.h). */
export const MAX_PATH = 4096;
