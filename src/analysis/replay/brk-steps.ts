import { type Bytes, KIB } from '../../model/bytes.ts';
import { type Claim, inferred } from '../../model/claim.ts';

/** DEFAULT_TOP_PAD (sysdeps/generic/malloc-machine.h) and MINSIZE of 64-bit glibc. */
const TOP_PAD = 128 * KIB;
const LEAST_CHUNK = 32;

/** What rounding up to whole pages adds at most. */
const ROUNDING = 4 * KIB - 1;

/** A step up to this size needs no more than a request of two pages. */
const USUAL_STEP = 136 * KIB;

export const USUAL_STEP_BECAUSE =
  'a step of 132 KiB is any small request and 128 KiB that malloc takes in stock';

/** Whether a small request makes such a step: 132 KiB, or 136 where little more is asked. */
export function isUsualStep(step: Bytes): boolean {
  return step > TOP_PAD && step <= USUAL_STEP;
}

/**
 * What a step of the break betrays about the request that made it: glibc asks for the request, 128
 * KiB of stock and 32 bytes, less what is left at the heap's end, in whole pages (sysmalloc). What
 * was left is not in the log, so the request is at least the rest.
 *
 * @returns undefined for a step that any small request makes.
 */
export function leastRequest(step: Bytes): Claim<Bytes> | undefined {
  if (step <= USUAL_STEP) return undefined;
  const least = step - TOP_PAD - LEAST_CHUNK - ROUNDING;
  return inferred(
    least,
    `glibc adds 128 KiB of stock, 32 bytes and at most ${ROUNDING} of rounding to a request`,
  );
}
