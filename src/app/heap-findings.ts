import { type HeapSums, heapSums } from '../analysis/malloc/heap-sums.ts';
import type { HeapReading } from './read-heap-account.ts';

/** A reading with the sums over all arenas. */
export function heapFindings(reading: HeapReading): Omit<HeapReading, 'otherOwner'> & {
  readonly sums: HeapSums | undefined;
  readonly otherOwner: string | undefined;
} {
  const { account, otherOwner } = reading;
  return { ...reading, sums: account && heapSums(account), otherOwner: otherOwner?.title };
}
