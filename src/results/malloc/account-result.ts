import {
  type AccountPart,
  freeBlocks,
  type HeapAccount,
  residentOfOthers,
} from '../../model/heap-account.ts';
import { kindsJson } from '../containers/containers-result.ts';
import type { AccountResult } from './account-schema.ts';

const part = ({ count, bytes, resident }: AccountPart) => ({
  count: count ?? null,
  bytes,
  residentBytes: resident ?? null,
});

/** What an account of a heap tells, for `memtool heap FILE --json` and a story. */
export function heapAccountResult(account: HeapAccount): AccountResult {
  const { allocator, process, system, mapped, freeInAll } = account;
  const { resident } = account.live;
  return {
    allocator,
    pid: process.pid ?? null,
    name: process.name ?? null,
    threads: process.threads ?? null,
    residentBytes: process.resident ?? null,
    swapBytes: process.swapped ?? null,
    system: system ? part(system) : null,
    live: {
      ...part(account.live),
      residentWithHeadersBytes: resident === undefined ? null : resident + (account.headers ?? 0),
    },
    mapped: mapped ? part(mapped) : null,
    liveHeaderBytes: account.headers ?? null,
    free: account.free.map((free) => ({ place: free.place, ...part(free) })),
    freeBlocks: freeBlocks(account) ?? null,
    freeBytes: freeInAll?.bytes ?? null,
    freeResidentBytes: freeInAll?.resident ?? null,
    largestFreeBytes: account.largestFree ?? null,
    trimmableBytes: account.trimmable ?? null,
    bookkeepingBytes: account.records ?? null,
    foreignBytes: account.foreign ?? null,
    notAccountedBytes: account.lost ?? null,
    returnedBytes: account.returned ?? null,
    residentOfOthersBytes: residentOfOthers(account) ?? null,
    containers: account.containers
      ? { language: account.containers.language, kinds: kindsJson(account.containers) }
      : null,
    remarks: [...account.remarks],
  };
}
