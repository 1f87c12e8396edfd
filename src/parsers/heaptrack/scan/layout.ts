/**
 * What the scan and TypeScript share: where things lie in their memory. Both languages read this file, so it
 * holds plain constants and nothing else.
 */

/**
 * Costs are kept in one record per allocation info, so that an event touches half a cache line; recordings
 * with millions of infos are bound by cache misses, not by arithmetic.
 *
 *     size       f64   bytes requested
 *     calls      u32   allocations
 *     temporary  u32   frees directly after the allocation of the same info; behind `calls`
 *     live       i32   allocations not freed yet
 *     epoch      i32   number of the maximum for which `saved` was taken
 *     saved      i32   `live` at that maximum
 *     trace      u32   call stack
 */
export const RECORD_BYTES = 32;
export const CALLS_AT = 8;
export const TEMPORARY_AT = 12;
export const LIVE_AT = 16;
export const EPOCH_AT = 20;
export const SAVED_AT = 24;
export const TRACE_AT = 28;

/** A growth step: the indexes of the larger block and of the smaller. */
export const STEP_BYTES = 8;
/** In the index of the larger: the smaller block was freed after it was allocated. */
export const COPIED = 0x80000000;

/** How far behind the last line the scan may load. */
export const OVERREAD_BYTES = 64;
