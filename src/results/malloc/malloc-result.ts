import type { ArenaFigures } from '../../analysis/malloc/glibc/arena-figures.ts';
import { liveSizes, sizeClasses } from '../../analysis/malloc/size-classes.ts';
import type { MallocFindings } from '../../analysis/process/findings.ts';
import { formatAddress } from '../../model/address.ts';
import { containersResult } from '../containers/containers-result.ts';
import type { MallocResult } from './schema.ts';

/** As many sizes and blocks are listed. */
const MOST_LISTED = 1000;

/** The result of `memtool heap --json` on a process. */
export function mallocResult(findings: MallocFindings): MallocResult {
  const { pid, name, threads, resident, swapped, otherOwner } = findings;
  return {
    pid: pid ?? null,
    name: name ?? null,
    threads,
    residentBytes: resident ?? null,
    swapBytes: swapped,
    otherAllocator: otherOwner ?? null,
    containers: findings.containers
      ? containersResult(findings.containers, findings.difference)
      : null,
    glibc: glibcJson(findings),
  };
}

function glibcJson({ account, sums }: MallocFindings): MallocResult['glibc'] {
  if (account === undefined || sums === undefined) return null;
  const { systemBytes, live, mapped, binned, fast, cached, resident, large } = sums;
  return {
    systemBytes,
    live,
    mapped,
    liveHeaderBytes: sums.liveHeaders,
    binned,
    fast,
    cached,
    topBytes: sums.top,
    bookkeepingBytes: sums.bookkeeping,
    foreignBytes: sums.foreign,
    notAccountedBytes: sums.lost,
    freeBytes: sums.free,
    largestFreeBytes: sums.largestFree,
    trimmableBytes: sums.trimmable,
    resident: {
      allBytes: resident.all,
      liveBytes: resident.live,
      freeBytes: resident.free,
      binnedBytes: resident.binned,
      topBytes: resident.top,
    },
    arenas: account.arenas.map(arenaJson),
    classes: sizeClasses(sums).map(({ over, upTo, live, free }) => ({
      overBytes: over,
      upToBytes: upTo === Number.POSITIVE_INFINITY ? null : upTo,
      live,
      free,
    })),
    sizes: liveSizes(sums)
      .slice(0, MOST_LISTED)
      .map(({ chunkBytes, leastRequest, mostRequest, count, bytes }) => ({
        chunkBytes,
        leastRequestBytes: leastRequest,
        mostRequestBytes: mostRequest,
        count,
        bytes,
      })),
    largeBlocks: large.slice(0, MOST_LISTED).map(({ address, size, touched, untouchedEnd }) => ({
      address: formatAddress(address),
      bytes: size,
      touchedBytes: touched,
      untouchedEndBytes: untouchedEnd,
    })),
  };
}

const arenaJson = (arena: ArenaFigures) => ({
  start: formatAddress(arena.start),
  isMain: arena.isMain,
  systemBytes: arena.systemBytes,
  live: arena.live,
  binned: arena.binned,
  fast: arena.fast,
  cached: arena.cached,
  topBytes: arena.top,
  bookkeepingBytes: arena.bookkeeping,
  notAccountedBytes: arena.lost,
  residentBytes: arena.resident,
  trimmableBytes: arena.trimmable,
});
