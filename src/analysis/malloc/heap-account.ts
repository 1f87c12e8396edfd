import type {
  AccountPart,
  AccountProcess,
  ContainerSums,
  HeapAccount,
} from '../../model/heap-account.ts';
import type { HeapSums } from './heap-sums.ts';

/** The account of glibc's malloc that a walk over its heap found. */
export function walkedAccount(
  sums: HeapSums,
  process: AccountProcess,
  containers: ContainerSums | undefined,
): HeapAccount {
  const { live, liveHeaders, mapped, binned, fast, cached, top, resident } = sums;
  const inRam = (part: Omit<AccountPart, 'resident'>, bytes: number): AccountPart => ({
    count: part.count,
    bytes: part.bytes,
    resident: Math.max(0, bytes),
  });
  const withoutHeaders = { count: live.count, bytes: live.bytes - liveHeaders };
  return {
    kind: 'heap-account',
    allocator: 'glibc',
    process,
    system: inRam({ count: undefined, bytes: sums.systemBytes }, resident.all),
    live: inRam(withoutHeaders, resident.live - liveHeaders),
    mapped: { ...mapped, resident: undefined },
    largeBlocks: sums.large,
    containers,
    headers: liveHeaders,
    free: [
      { place: 'bins', ...inRam(binned, resident.binned) },
      { place: 'fast-bins', ...inRam(fast, fast.bytes) },
      { place: 'thread-caches', ...inRam(cached, cached.bytes) },
      { place: 'top', ...inRam({ count: undefined, bytes: top }, resident.top) },
    ],
    freeInAll: { bytes: sums.free, resident: resident.free },
    largestFree: sums.largestFree,
    trimmable: sums.trimmable,
    records: sums.bookkeeping,
    foreign: sums.foreign,
    lost: sums.lost,
    returned: undefined,
    remarks: [],
  };
}
