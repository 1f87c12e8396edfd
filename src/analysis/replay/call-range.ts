import type { Address } from '../../model/address.ts';
import { type Bytes, isPageAligned, roundUpToPage } from '../../model/bytes.ts';
import type { AddressRange } from '../../model/range.ts';

/** No address is beyond; doubles count in steps of 2048 there, so whole pages stay exact. */
const END_OF_ADDRESSES = 2 ** 64;

export function isAddress(value: number): boolean {
  return value >= 0 && value < END_OF_ADDRESSES;
}

/**
 * The pages that a call covers: it may give any length, the kernel works on whole pages.
 *
 * @returns undefined where no address space has such a range.
 */
export function callRange(start: Address, length: Bytes): AddressRange | undefined {
  const end = start + roundUpToPage(length);
  const isPossible =
    isAddress(start) && isPageAligned(start) && end > start && end <= END_OF_ADDRESSES;
  return isPossible ? { start, end } : undefined;
}
