import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileScan, SCANNED_FORMATS, scanFile } from '../../compile-scan.ts';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { HeapRequest } from '../../src/model/heap-profile.ts';
import type { HeaptrackProfile } from '../../src/parsers/heaptrack/build-profile.ts';
import { heaptrack } from '../../src/parsers/heaptrack/heaptrack.ts';
import { ROOT } from '../support/paths.ts';
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
    (size, i) => `t ${hex((i % 3) + 1)} 0\na ${hex(size)} ${hex((i % 3) + 1)}`,
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

async function read(text: string, heap: HeapRequest = {}) {
  const diagnostics = new Diagnostics('text');
  const context = { diagnostics, asked: heap };
  const profile = await heaptrack.parse(textInput(text), context);
  return { profile: profile as HeaptrackProfile, diagnostics };
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

/** Growth steps, event by event: `from>to` for a move, `from>>to` for a copy. */
function stepsSlowly(infoSizes: readonly number[], events: readonly Event[]) {
  const counts = new Map<string, number>();
  const trace = (info: number) => (info % 3) + 1;
  let before: Event | undefined;
  for (const entry of events) {
    if (entry.kind === 'c') continue;
    if (before && before.kind !== 'c' && before.kind !== entry.kind) {
      const [larger, smaller] =
        entry.kind === '+' ? [entry.info, before.info] : [before.info, entry.info];
      if (trace(larger) === trace(smaller) && infoSizes[larger]! > infoSizes[smaller]!) {
        const key = `${smaller}${entry.kind === '+' ? '>' : '>>'}${larger}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    before = entry;
  }
  return counts;
}

test('growth steps are a free and a larger allocation of the same stack, side by side', async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(event, { maxLength: 400 }), async (infoSizes, events) => {
      const { profile } = await read(recording(infoSizes, events), { growthSteps: true });
      const { count, from, to, moved, copied } = profile.growthSteps!;
      const found = new Map<string, number>();
      for (let row = 0; row < count; row++) {
        if (moved[row]) found.set(`${from[row]}>${to[row]}`, moved[row]!);
        if (copied[row]) found.set(`${from[row]}>>${to[row]}`, copied[row]!);
      }
      expect(found).toEqual(stepsSlowly(infoSizes, events));
    }),
  );
});

describe('the timeline', () => {
  test('has the most that was live between two stamps of the clock', async () => {
    const events = ['+ 0', '+ 1', '- 1', 'c a', 'R 2', '+ 1', '- 1', '- 0', 'c 14', '+ 0'];
    const { profile } = await read(`v 10400 3\nI 1000 1\na 64 0\na 3e8 0\n${events.join('\n')}\n`);
    const { time, live, calls, temporary, resident } = profile.timeline;
    expect([...time]).toEqual([0.01, 0.02, 0.02]);
    expect([...live]).toEqual([1100, 1100, 100]);
    expect([...calls]).toEqual([2, 3, 4]);
    // After a free, heaptrack's rule counts one of info 0 as temporary.
    expect([...temporary]).toEqual([1, 3, 3]);
    expect([...resident]).toEqual([8192, Number.NaN, Number.NaN]);
  });

  test('keeps its length, its peak and its end, however long the recording', async () => {
    const stamps = Array.from(
      { length: 50_000 },
      (_, i) => `+ ${i === 31_234 ? 1 : 0}\nc ${hex(i)}`,
    );
    const { profile } = await read(`v 10400 3\na 1 0\na ffff 0\n${stamps.join('\n')}\n`);
    const { time, live, calls } = profile.timeline;
    expect(time.length).toBeGreaterThan(1000);
    expect(time.length).toBeLessThan(2100);
    expect(Math.max(...live)).toBe(profile.totals.peak);
    expect(time.at(-1)).toBe(49.999);
    expect(calls.at(-1)).toBe(50_000);
    expect([...time]).toEqual([...time].sort((a, b) => a - b));
  });
});

describe('a window', () => {
  const text = [
    'v 10400 3\na a 0\na 64 0\n+ 0\n+ 1\nc a\n- 1\n+ 0\nc 14\n- 0\n- 0\n+ 1\n+ 1\nc 1e',
    '+ 1\n+ 1\n+ 1\n\n# strings: 0\n# ips: 0\n',
  ].join('\n');

  test('counts what happens in it; what was live before counts for the peak only', async () => {
    const { profile } = await read(text, { window: { from: 0.01, to: 0.03 } });
    expect([...profile.allocations.calls]).toEqual([1, 2]);
    expect([...profile.allocations.live]).toEqual([-1, 1]);
    expect(profile.totals).toMatchObject({ calls: 3, allocated: 210, leaked: 90, peak: 200 });
    expect([...profile.allocations.atPeak]).toEqual([0, 2]);
    expect(profile.window).toEqual({ from: 0.01, to: 0.03 });
  });

  test('to the end is open', async () => {
    const { profile, diagnostics } = await read(text, {
      window: { from: 0.02, to: Number.POSITIVE_INFINITY },
    });
    expect([...profile.allocations.calls]).toEqual([0, 5]);
    expect(profile.window).toEqual({ from: 0.02, to: 0.031 });
    expect(diagnostics.list()).toEqual([]);
  });

  test('behind the end is an error', async () => {
    const { profile, diagnostics } = await read(text, { window: { from: 5, to: 6 } });
    expect(profile).toBeUndefined();
    expect(diagnostics.list()).toMatchObject([{ code: 'heaptrack/empty-window' }]);
  });
});

test('snapshots are spread over the recording', async () => {
  const stamps = Array.from({ length: 1000 }, (_, i) => `+ 0\nc ${hex(i)}`);
  const { profile } = await read(`v 10400 3\na 8 0\n${stamps.join('\n')}\n`, { snapshots: 20 });
  const { snapshots } = profile;
  expect(snapshots.length).toBeGreaterThanOrEqual(10);
  expect(snapshots.length).toBeLessThanOrEqual(20);
  expect(snapshots.at(-1)!.time).toBeGreaterThan(0.9);
  // Stamp i comes after i + 1 allocations.
  for (const { time, live } of snapshots) expect(live[0]).toBe((Math.round(time * 1000) + 1) * 8);
});

describe('lines that are no events', () => {
  const good = fc.record({
    line: fc.constantFrom('+ 0', '- 0', '+ 1', '- 2', '+ 11'),
    applies: fc.constant(true),
  });
  const odd = fc.record({
    line: fc.constantFrom(
      ...[
        '+',
        '-',
        '+ ',
        '- g',
        '+  1',

        '+ 1 2',
        ' + 1',
        '+1',
        '++ 1',
        '+ +',
        '- 1-',
        '+ A',
      ],
      ...['', 'c', 'z', 'q 1 2', '/ 1', ') 1', `+ ${'0'.repeat(70)}z`, `# ${'+ 1 '.repeat(30)}`],
      ...['+ 12', '- ffffffff', '+ 100000001', '- 123456789abcdef'],
    ),
    applies: fc.constant(false),
  });

  test('never touch the events beside them', async () => {
    const infos = Array.from({ length: 18 }, (_, i) => `a ${hex(i + 1)} 0`).join('\n');
    const lines = fc.array(fc.oneof({ weight: 8, arbitrary: good }, { weight: 1, arbitrary: odd }));
    await fc.assert(
      fc.asyncProperty(lines, async (entries) => {
        const text = entries.map(({ line }) => `${line}\n`).join('');
        const { profile } = await read(`v 10400 3\n${infos}\n${text}`);
        const expected = new Float64Array(18);
        for (const { line, applies } of entries) {
          if (applies) expected[Number.parseInt(line.slice(2), 16)]! += line[0] === '+' ? 1 : -1;
        }
        expect([...profile.allocations.live]).toEqual([...expected]);
      }),
      { numRuns: 300 },
    );
  });
});

test.each(SCANNED_FORMATS)(
  'the WebAssembly of the %s scan is that of its source',
  async (format) => {
    expect(readFileSync(ROOT + scanFile(format), 'utf8')).toBe(await compileScan(format));
  },
);

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
