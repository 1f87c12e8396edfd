import type { HeapAccount } from '../model/heap-account.ts';

/** What an allocator that prints its own figures tells of no process. */
const NOBODY = {
  pid: undefined,
  name: undefined,
  threads: undefined,
  resident: undefined,
  swapped: undefined,
};

/** An account as an allocator counts it: what is not among the figures was not told. */
export const countedAccount = (
  figures: Pick<HeapAccount, 'allocator' | 'live'> & Partial<HeapAccount>,
): HeapAccount => ({
  kind: 'heap-account',
  process: NOBODY,
  system: undefined,
  mapped: undefined,
  largeBlocks: undefined,
  containers: undefined,
  headers: undefined,
  free: [],
  freeInAll: undefined,
  largestFree: undefined,
  trimmable: undefined,
  records: undefined,
  foreign: undefined,
  lost: undefined,
  returned: undefined,
  remarks: [],
  ...figures,
});
