/** A map that was taken somewhere in a log is found there. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Moment, MomentsFold } from '../../../src/analysis/replay/folds/map-time-search.ts';
import { ReplayFold } from '../../../src/analysis/replay/replay.ts';
import { LINUX, type MemoryMap, UNKNOWN_FOOTPRINT } from '../../../src/model/memory-map.ts';
import { MAP, MREMAP, PROT, type SyscallEvent } from '../../../src/model/syscall-trace.ts';

const PAGE = 4096;
const HEAP = 0x5555_0000_0000;
const MAPPED = 0x7f00_0000_0000;

const place = fc.nat(12).map((page) => MAPPED + page * PAGE);
const length = fc.integer({ min: 1, max: 6 }).map((pages) => pages * PAGE);
const protection = fc.constantFrom(PROT.NONE, PROT.READ, PROT.READ | PROT.WRITE);
const flags = fc.constantFrom(
  MAP.PRIVATE | MAP.ANONYMOUS,
  MAP.PRIVATE | MAP.ANONYMOUS,
  MAP.SHARED | MAP.ANONYMOUS,
);

type Call = SyscallEvent extends infer Event
  ? Event extends SyscallEvent
    ? Omit<Event, 'pid' | 'line' | 'time'>
    : never
  : never;

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ result: place, length, protection, flags }).map((of) => ({
    call: 'mmap' as const,
    descriptor: -1,
    path: undefined,
    offset: 0,
    ...of,
  })),
  fc.record({ start: place, length }).map((of) => ({ call: 'munmap' as const, ...of })),
  fc
    .record({ start: place, length, protection })
    .map((of) => ({ call: 'mprotect' as const, ...of })),
  fc
    .record({ oldStart: place, oldLength: length, newLength: length, result: place })
    // The kernel never moves onto the same place.
    .filter(
      ({ oldStart, oldLength, newLength, result }) =>
        result >= oldStart + oldLength || result + newLength <= oldStart || result === oldStart,
    )
    .map((of) => ({ call: 'mremap' as const, flags: MREMAP.MAYMOVE, ...of })),
  fc
    .record({
      oldStart: place,
      oldLength: length,
      result: place,
      flags: fc.constantFrom(MREMAP.MAYMOVE, MREMAP.MAYMOVE | MREMAP.DONTUNMAP),
    })
    .filter(({ oldStart, oldLength, result }) => Math.abs(result - oldStart) >= oldLength)
    .map((of) => ({ call: 'mremap' as const, newLength: of.oldLength, ...of })),
  fc.nat(8).map((pages) => {
    const requested = HEAP + pages * PAGE;
    return { call: 'brk' as const, requested, result: requested };
  }),
);

/** The kernel's view of what a replay has at some point. */
function mapOf(replay: ReplayFold): MemoryMap {
  const rows = replay.usedBy(1)?.space.regions ?? [];
  return {
    pid: 1,
    command: undefined,
    system: LINUX,
    executable: '/program',
    mappings: rows.map(({ start, end, kind, protection, shared }, i) => ({
      ...UNKNOWN_FOOTPRINT,
      start,
      size: end - start,
      permissions: [
        (protection & PROT.READ) !== 0 ? 'r' : '-',
        (protection & PROT.WRITE) !== 0 ? 'w-' : '--',
        shared ? 's' : 'p',
      ].join(''),
      offset: 0,
      backing:
        kind === 'heap'
          ? { kind }
          : kind === 'anonymous'
            ? { kind, name: undefined }
            : { kind: 'shared-memory' as const, name: '/dev/zero' },
      line: i + 1,
    })),
    stated: undefined,
    account: [],
  };
}

const privateOf = ({ pieces }: Pick<Moment, 'pieces'>) =>
  pieces.flatMap(({ start, end, kind, protection }) => {
    const pages = kind === 'heap' || kind === 'anonymous' ? (end - start) / PAGE : 0;
    return Array.from({ length: pages }, (_, i) => `${start + i * PAGE} ${protection}`);
  });

test('wherever it was taken', () => {
  fc.assert(
    fc.property(fc.array(call, { minLength: 1, maxLength: 40 }), fc.nat(), (calls, seed) => {
      const start: Call = { call: 'brk', requested: 0, result: HEAP };
      const events = [start, ...calls].map(
        (one, i) => ({ pid: 1, line: i + 1, time: undefined, ...one }) as SyscallEvent,
      );
      const taken = 1 + (seed % events.length);
      const before = new ReplayFold();
      for (const event of events.slice(0, taken)) before.step(event);
      const map = mapOf(before);

      const replay = new ReplayFold();
      const moments = new MomentsFold(replay, [map]);
      for (const event of events) {
        moments.step(event);
        replay.step(event);
      }
      const moment = moments.momentOf(map, replay.usedBy(1)!);
      expect(moment.differing).toBe(0);
      expect(privateOf(moment)).toEqual(privateOf(before.usedBy(1)!.space));
    }),
    { numRuns: 300 },
  );
});
