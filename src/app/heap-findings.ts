import { containerSums } from '../analysis/containers/container-sums.ts';
import { walkedAccount } from '../analysis/malloc/heap-account.ts';
import { type HeapSums, heapSums } from '../analysis/malloc/heap-sums.ts';
import type { HeapAccount } from '../model/heap-account.ts';
import type { HeapReading } from './read-heap-account.ts';

/** A reading with the sums over all arenas. */
export function heapFindings(reading: HeapReading): Omit<HeapReading, 'otherOwner'> & {
  readonly sums: HeapSums | undefined;
  readonly summary: HeapAccount | undefined;
  readonly otherOwner: string | undefined;
} {
  const { account, containers, otherOwner, pid, name, threads, resident, swapped } = reading;
  const sums = account && heapSums(account);
  const summary =
    sums &&
    walkedAccount(
      sums,
      { pid, name, threads, resident, swapped },
      containers && containerSums(containers),
    );
  return { ...reading, sums, summary, otherOwner: otherOwner?.title };
}
