import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { AllocationProfile } from '../../src/model/allocation-profile.ts';
import { heaptrack } from '../../src/parsers/heaptrack/heaptrack.ts';
import { textInput } from '../support/strace.ts';

type Event = { kind: '+' | '-'; info: number } | { kind: 'c'; time: number };

const INFO_COUNT = 20;

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('+' as const), info: fc.nat(INFO_COUNT - 1) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('-' as const), info: fc.nat(INFO_COUNT - 1) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('c' as const), time: fc.nat(20) }) },
);

const sizes = fc.array(fc.integer({ min: 0, max: 5000 }), {
  minLength: INFO_COUNT,
  maxLength: INFO_COUNT,
});

const hex = (value: number) => value.toString(16);

function recording(infoSizes: readonly number[], events: readonly Event[]): string {
  let time = 0;
  const lines = events.map((entry) => {
    if (entry.kind !== 'c') return `${entry.kind} ${hex(entry.info)}`;
    time += entry.time;
    return `c ${hex(time)}`;
  });
  const tables = infoSizes.map(
    (size, i) => `t ${hex((i % 3) + 1)} 0\na ${hex(size)} ${hex(i + 1)}`,
  );
  return ['v 10400 3', 's 1 p', 'i 1 1', 'i 2 1', 'i 3 1', ...tables, ...lines, ''].join('\n');
}

/** heaptrack's rules, event by event, with a copy of everything at each new maximum. */
function slowly(infoSizes: readonly number[], events: readonly Event[]) {
  const live = infoSizes.map(() => 0);
  const calls = infoSizes.map(() => 0);
  const temporary = infoSizes.map(() => 0);
  let [total, peak, peakTime, time, last] = [0, 0, 0, 0, 0];
  let atPeak = [...live];
  for (const entry of events) {
    if (entry.kind === 'c') time += entry.time;
    else if (entry.kind === '+') {
      live[entry.info]!++;
      calls[entry.info]!++;
      total += infoSizes[entry.info]!;
      last = entry.info;
      if (total > peak) {
        peak = total;
        peakTime = time;
        atPeak = [...live];
      }
    } else {
      live[entry.info]!--;
      total -= infoSizes[entry.info]!;
      if (entry.info === last) temporary[entry.info]!++;
      last = 0;
    }
  }
  return { live, calls, temporary, atPeak, peak, peakTime: peakTime / 1000, leaked: total };
}

async function read(text: string) {
  const diagnostics = new Diagnostics('text');
  const profile = await heaptrack.parse(textInput(text), { diagnostics, syscallFolds: [] });
  return { profile: profile as AllocationProfile, diagnostics };
}

describe('any sequence of events', () => {
  test('costs what the rules say, event by event', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.array(event, { maxLength: 400 }), async (infoSizes, events) => {
        const { profile } = await read(recording(infoSizes, events));
        const { allocations, totals } = profile;
        const expected = slowly(infoSizes, events);
        const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
        expect({
          live: [...allocations.live],
          calls: [...allocations.calls],
          temporary: [...allocations.temporary],
          atPeak: [...allocations.atPeak],
          peak: totals.peak,
          peakTime: totals.peakTime,
          leaked: totals.leaked,
        }).toEqual(expected);
        expect(totals.calls).toBe(sum(expected.calls));
        expect(totals.temporary).toBe(sum(expected.temporary));
        const allocated = expected.calls.map((count, i) => count * infoSizes[i]!);
        expect(totals.allocated).toBe(sum(allocated));
      }),
      { numRuns: 200 },
    );
  });
});

describe('indexes', () => {
  const infos = (count: number) =>
    Array.from({ length: count }, (_, i) => `a ${hex(i + 1)} 0`).join('\n');

  test('of any number of digits are read', async () => {
    const wanted = [0, 0xf, 0x10, 0xff, 0x100, 0xfff, 0x1000, 0xffff, 0x10000, 0x11170];
    const events = wanted.map((index) => `+ ${hex(index)}`).join('\n');
    const { profile, diagnostics } = await read(`v 10400 3\n${infos(70001)}\n${events}\n`);
    const called = [...profile.allocations.calls.keys()].filter(
      (i) => profile.allocations.calls[i],
    );
    expect(called).toEqual(wanted);
    expect(diagnostics.counts().has('heaptrack/malformed-record')).toBe(false);
  });

  test.each(['3', 'ff', '10000', '80000000', 'ffffffff', '100000000', '100000000000001'])(
    '%s past a table of three is refused',
    async (index) => {
      const { profile, diagnostics } = await read(`v 10400 3\n${infos(3)}\n+ 1\n- ${index}\n`);
      expect([...profile.allocations.live]).toEqual([0, 1, 0]);
      expect(diagnostics.list()[0]).toMatchObject({
        code: 'heaptrack/index-out-of-range',
        position: { line: 6 },
      });
    },
  );

  test.each(['', ' ', 'G', '1 2', '1A', 'x', '-1', '1\t'])('%j is no index', async (index) => {
    const { profile, diagnostics } = await read(`v 10400 3\n${infos(3)}\n+ ${index}\n+ 2\n`);
    expect([...profile.allocations.live]).toEqual([0, 0, 1]);
    expect(diagnostics.list()[0]).toMatchObject({
      code: 'heaptrack/malformed-record',
      position: { line: 5 },
    });
  });
});

test('a stack that ends in operator new stands for its caller', async () => {
  const { profile } = await read(
    [
      'v 10400 3',
      's 1b operator new(unsigned long)',
      's 4 make',
      's 4 main',
      'i 10 0 1',
      'i 20 0 2',
      'i 30 0 3',
      't 3 0',
      't 2 1',
      't 1 2',
      'a 8 3',
      '+ 0',
      '',
    ].join('\n'),
  );
  const { ip, parent } = profile.traces;
  expect([ip[3], parent[3]]).toEqual([2, 1]);
});
