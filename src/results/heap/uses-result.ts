import type { BlockUseFindings } from '../../analysis/heap/block-uses.ts';
import { frameResult } from './ranking-result.ts';
import type { UsesResult } from './uses-schema.ts';

export const usesResult = (found: BlockUseFindings): UsesResult => ({
  shortLife: found.shortLife ?? null,
  places: found.places.map(({ place, calls, allocated, meanLife, shortLived, accessed }) => ({
    place: frameResult(place),
    calls,
    allocatedBytes: allocated,
    meanLife: meanLife ?? null,
    shortLived,
    readBytes: accessed?.reads ?? null,
    writtenBytes: accessed?.writes ?? null,
    neverUsedBytes: accessed?.neverUsed ?? null,
    neverReadBytes: accessed?.neverRead ?? null,
    neverWrittenBytes: accessed?.neverWritten ?? null,
    unwrittenBytes: accessed?.unwritten ?? null,
    unwrittenPercent: accessed ? (100 * accessed.unwritten) / Math.max(1, allocated) : null,
  })),
  accesses: found.accesses.map(({ place, calls, counts }) => ({
    place: frameResult(place),
    calls,
    blockBytes: counts.length,
    counts: Array.from(counts),
  })),
  doublings: found.doublings.map(({ place, containers, steps, first, last }) => ({
    place: frameResult(place),
    containers,
    steps,
    fromBytes: first,
    toBytes: last,
  })),
});
