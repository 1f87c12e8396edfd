/** Logs of single blocks, held against a plain account of the same events. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { HeapProfile } from '../../src/model/heap-profile.ts';
import { eventLog } from '../../src/parsers/event-log/event-log.ts';
import { mtrace } from '../../src/parsers/mtrace/mtrace.ts';
import { ROOT } from '../support/paths.ts';
import { readProfile, readProfileOf } from '../support/read-profile.ts';

type Event =
  | { readonly kind: 'alloc'; readonly at: number; readonly size: number; readonly place: number }
  | { readonly kind: 'free'; readonly at: number }
  | {
      readonly kind: 'realloc';
      readonly at: number;
      readonly to: number;
      readonly size: number;
      readonly place: number;
    };

const at = fc.integer({ min: 1, max: 6 });
const size = fc.integer({ min: 0, max: 9 });
const place = fc.integer({ min: 0, max: 2 });
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('alloc' as const), at, size, place }),
  fc.record({ kind: fc.constant('free' as const), at }),
  fc.record({ kind: fc.constant('realloc' as const), at, to: at, size, place }),
);

/** What a simple account says: live blocks, and all of them at the moment with most bytes. */
function account(events: readonly Event[]) {
  const blocks = new Map<number, { size: number; place: number }>();
  // A block whose free is missing stays live.
  const lost: { size: number; place: number }[] = [];
  const live = () => [...blocks.values(), ...lost];
  const bytes = (all: readonly { size: number }[]) => all.reduce((sum, one) => sum + one.size, 0);
  let [calls, allocated, unknown] = [0, 0, 0];
  let atPeak: { size: number; place: number }[] = [];
  for (const event of events) {
    if (event.kind !== 'alloc' && !blocks.delete(event.at)) unknown++;
    if (event.kind === 'free') continue;
    const key = event.kind === 'alloc' ? event.at : event.to;
    const old = blocks.get(key);
    if (old) lost.push(old);
    blocks.set(key, { size: event.size, place: event.place });
    calls++;
    allocated += event.size;
    if (bytes(live()) > bytes(atPeak)) atPeak = live();
  }
  const byPlace = (all: readonly { size: number; place: number }[]) =>
    [0, 1, 2].map((one) => bytes(all.filter((block) => block.place === one)));
  return {
    calls,
    allocated,
    unknown,
    lost: lost.length,
    peak: byPlace(atPeak),
    leaked: byPlace(live()),
    leakedBlocks: live().length,
  };
}

function found(profile: HeapProfile) {
  const { costs, totals, strings, ips, traces } = profile;
  const byPlace = (column: Float64Array) => {
    const sums = [0, 0, 0];
    for (const [trace, bytes] of column.entries()) {
      if (bytes === 0) continue;
      const name = strings[ips.frames.function[ips.frameStart[traces.ip[trace]!]!]!]!;
      sums[Number(name.at(-1))]! += bytes;
    }
    return sums;
  };
  return {
    calls: totals.calls,
    allocated: totals.allocated,
    peak: byPlace(costs.peak!),
    leaked: byPlace(costs.leaked!),
    leakedBlocks: costs.leakedBlocks!.reduce((sum, count) => sum + count, 0),
  };
}

const hex = (value: number) => `0x${(value * 64).toString(16)}`;

test('a log of mtrace comes to what its events do', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { maxLength: 40 }), async (events) => {
      const lines = events.flatMap((event) => {
        if (event.kind === 'free') return [`@ ./p:(f0+1)[0x1] - ${hex(event.at)}`];
        const where = `@ ./p:(f${event.place}+1)[0x${event.place + 1}]`;
        const bytes = `0x${event.size.toString(16)}`;
        if (event.kind === 'alloc') return [`${where} + ${hex(event.at)} ${bytes}`];
        return [`${where} < ${hex(event.at)}`, `${where} > ${hex(event.to)} ${bytes}`];
      });
      const text = `= Start\n${lines.join('\n')}\n`;
      const profile = (await readProfileOf(mtrace, text, new Diagnostics('log')))!;
      const { unknown: _unknown, lost: _lost, ...expected } = account(events);
      expect(found(profile)).toEqual(expected);
    }),
  );
});

test('a log in JSON says the same, with what lived how long', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { minLength: 1, maxLength: 40 }), async (events) => {
      const lines = events.map((event, i) =>
        JSON.stringify({
          op: event.kind,
          ...(event.kind === 'realloc'
            ? { old_ptr: hex(event.at), ptr: hex(event.to) }
            : { ptr: hex(event.at) }),
          ...(event.kind === 'free' ? {} : { bytes: event.size, tag: event.place }),
          time: i,
        }),
      );
      const profile = (await readProfileOf(eventLog, lines.join('\n'), new Diagnostics('log')))!;
      const { unknown, lost, ...expected } = account(events);
      expect(found(profile)).toEqual(expected);
      const { exact, allocations } = profile;
      expect(exact).toMatchObject({ unknownFrees: unknown, lostFrees: lost });
      const count = (column: Float64Array) => column.reduce((sum, value) => sum + value, 0);
      expect(count(exact!.lifetimes)).toBe(exact!.freed);
      expect(count(allocations!.calls)).toBe(expected.calls);
      expect(count(allocations!.calls) - count(allocations!.live)).toBe(exact!.freed);
    }),
  );
});

describe('mtrace', () => {
  test('of the job queue: its array doubles eight times, and half the payloads leak', async () => {
    const file = `${ROOT}fixtures/mtrace/job-queue/input.txt`;
    const profile = await readProfile(mtrace, file, { growthSteps: true });
    expect(profile.totals).toMatchObject({ leaked: 1700, calls: 311, peak: 7496 });
    expect(profile.growthSteps!.count).toBe(7);
    expect(profile.clock).toBe('events');
    expect(profile.exact).toBeUndefined();
  });
});

describe('event logs', () => {
  const read = (name: string) => {
    const file = `${ROOT}fixtures/event-log/${name}/input.json`;
    const diagnostics = new Diagnostics(file);
    return readProfile(eventLog, file, { growthSteps: true }, diagnostics).then((profile) => ({
      profile,
      said: diagnostics.list().map(({ message }) => message),
    }));
  };

  test('have their groups as places, and their times in the unit that their size tells', async () => {
    const { profile, said } = await read('groups');
    expect(profile.strings).toEqual(expect.arrayContaining(['group-1', 'group-2']));
    expect(profile.totals.runtime).toBeCloseTo(0.05 + 20 * 0.001 + 15 * 0.003);
    expect(profile.growthSteps!.count).toBe(5);
    expect(said).toEqual([
      'fields were taken as event: event; address: ptr; size: size; group: group; time: timestamp, in milliseconds; old: old_ptr',
    ]);
  });

  test('may be variants of an enum, and have no times', async () => {
    const { profile } = await read('variants');
    expect(profile.totals).toMatchObject({ peak: 128, leaked: 38, calls: 3 });
    expect(profile.clock).toBe('events');
  });
});
