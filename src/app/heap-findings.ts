import { containerSums } from '../analysis/containers/container-sums.ts';
import {
  type ContainersDifference,
  containersDifference,
} from '../analysis/containers/containers-difference.ts';
import { walkedAccount } from '../analysis/malloc/heap-account.ts';
import { type HeapSums, heapSums } from '../analysis/malloc/heap-sums.ts';
import type { HeapAccount } from '../model/heap-account.ts';
import type { HeapReading } from './read-heap-account.ts';

/**
 * A reading with the sums over all arenas.
 *
 * @param base an earlier image of the program, to be compared with.
 */
export function heapFindings(
  reading: HeapReading,
  base?: HeapReading,
): Omit<HeapReading, 'otherOwner'> & {
  readonly difference: ContainersDifference | undefined;
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
  const difference =
    containers && base?.containers && containersDifference(base.containers, containers);
  return { ...reading, sums, summary, difference, otherOwner: otherOwner?.title };
}
