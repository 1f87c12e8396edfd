import { GLIBC_LEAST_CHUNK, GLIBC_STEPS, GLIBC_TOP_PAD } from '../../knowledge/allocators/glibc.ts';
import { type Bytes, KIB } from '../../model/bytes.ts';
import { type Claim, inferred } from '../../model/claim.ts';

/** What rounding up to whole pages adds at most. */
const ROUNDING = 4 * KIB - 1;

export const USUAL_STEP_BECAUSE =
  'a step of 132 KiB is any small request and 128 KiB that malloc takes in stock';

/** Whether a small request makes such a step: 132 KiB, or 136 where little more is asked. */
export function isUsualStep(step: Bytes): boolean {
  return step > GLIBC_TOP_PAD && step <= GLIBC_STEPS[1];
}

/**
 * What a step of the break betrays about the request that made it: glibc asks for the request, 128
 * KiB of stock and 32 bytes, less what is left at the heap's end, in whole pages (sysmalloc). What
 * was left is not in the log, so the request is at least the rest.
 *
 * @returns undefined for a step that any small request makes.
 */
export function leastRequest(step: Bytes): Claim<Bytes> | undefined {
  if (step <= GLIBC_STEPS[1]) return undefined;
  const least = step - GLIBC_TOP_PAD - GLIBC_LEAST_CHUNK - ROUNDING;
  return inferred(
    least,
    `glibc adds 128 KiB of stock, 32 bytes and at most ${ROUNDING} of rounding to a request`,
  );
}
