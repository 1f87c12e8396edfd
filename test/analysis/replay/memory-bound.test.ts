/** What a space had at most, told without a map, is never less than what the replay finds. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressSpace } from '../../../src/analysis/replay/address-space.ts';
import { peakUpperBound } from '../../../src/analysis/replay/peak-upper-bound.ts';
import { Diagnostics } from '../../../src/diagnostics/diagnostic.ts';
import { MAP, MREMAP, PROT, type SyscallEvent } from '../../../src/model/syscall-trace.ts';
import { strace } from '../../../src/parsers/strace/strace.ts';
import { ROOT } from '../../support/paths.ts';
import { KeptEvents, textInput } from '../../support/strace.ts';

function compare(events: readonly SyscallEvent[]) {
  const space = new AddressSpace();
  for (const event of events) space.apply(event);
  return { bound: peakUpperBound(events, space.heap), peak: space.peakTotal };
}

const at = { pid: 1, line: 1, time: undefined };
const PAGE = 4096;
const address = fc.integer({ min: 16, max: 80 }).map((page) => page * PAGE);
const length = fc.integer({ min: 1, max: 20 * PAGE });
const protection = fc.constantFrom(PROT.NONE, PROT.READ, PROT.READ | PROT.WRITE);
const event: fc.Arbitrary<SyscallEvent> = fc.oneof(
  fc.record({
    ...constants({ ...at, call: 'brk' as const }),
    requested: fc.constant(0),
    result: fc.integer({ min: 100 * PAGE, max: 140 * PAGE }),
  }),
  fc.record({
    ...constants({ ...at, call: 'mmap' as const, descriptor: -1, path: undefined, offset: 0 }),
    length,
    protection,
    flags: fc.constantFrom(MAP.ANONYMOUS | MAP.PRIVATE, MAP.ANONYMOUS | MAP.SHARED, MAP.PRIVATE),
    result: address,
  }),
  fc.record({ ...constants({ ...at, call: 'munmap' as const }), start: address, length }),
  fc.record({
    ...constants({ ...at, call: 'mprotect' as const }),
    start: address,
    length,
    protection,
  }),
  fc.record({
    ...constants({ ...at, call: 'mremap' as const }),
    oldStart: address,
    oldLength: fc.oneof(fc.constant(0), length),
    newLength: length,
    flags: fc.constantFrom(MREMAP.MAYMOVE, MREMAP.MAYMOVE | MREMAP.DONTUNMAP),
    result: address,
  }),
);

function constants<T extends object>(value: T) {
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, fc.constant(one)]),
  ) as { [Name in keyof T]: fc.Arbitrary<T[Name]> };
}

test('of any calls', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const { bound, peak } = compare(events);
      expect(bound).toBeGreaterThanOrEqual(peak);
    }),
    { numRuns: 500 },
  );
});

describe('of real programs', () => {
  const corpus = `${ROOT}fixtures/corpus/`;
  const logs = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('/strace.log'))
    .sort();

  test('it is close for most', async () => {
    const ratios: number[] = [];
    for (const file of logs) {
      const kept = new KeptEvents();
      const context = { diagnostics: new Diagnostics('log'), asked: { folds: [kept] } };
      await strace.parse(textInput(readFileSync(corpus + file, 'latin1')), context);
      const { bound, peak } = compare(kept.events.filter(({ pid }) => pid === kept.events[0]?.pid));
      expect(bound, file).toBeGreaterThanOrEqual(peak);
      if (peak > 0) ratios.push(bound / peak);
    }
    ratios.sort((a, b) => a - b);
    expect(ratios.length).toBeGreaterThan(80);
    expect(ratios[Math.floor(ratios.length / 2)]).toBeLessThan(1.5);
  });
});
