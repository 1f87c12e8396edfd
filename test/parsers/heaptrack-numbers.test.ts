/** Numbers that no recording can hold make a malformed record; the others are read as ever. */
import { describe, expect, test } from 'vitest';
import { type CostedStacks, costedStacks, emptyCosts } from '../../src/analysis/heap/costs.ts';
import { stackDifference } from '../../src/analysis/heap/difference.ts';
import { groupStacks } from '../../src/analysis/heap/grouping.ts';
import { suppressedTraces } from '../../src/analysis/heap/leak-suppression.ts';
import { rank } from '../../src/analysis/heap/rankings.ts';
import { MAX_LINE_BYTES } from '../../src/input/line-chunker.ts';
import { formatAddress } from '../../src/model/address.ts';
import { addressAt } from '../../src/model/heap-profile.ts';
import type { HeaptrackProfile } from '../../src/parsers/heaptrack/build-profile.ts';
import { heaptrack } from '../../src/parsers/heaptrack/heaptrack.ts';
import { foldedStacks } from '../../src/views/export/folded.ts';
import { NO_HEX_NUMBERS } from '../support/hostile-numbers.ts';
import { textInput } from '../support/strace.ts';
import { readRecording } from '../support/written-recording.ts';

/** Every kind of record, its numbers in braces; a second of each kind stays as it is. */
const INTERPRETED = [
  'v {10400} {3}',
  'X ./program',
  'I {1000} {100}',
  's {4} main',
  's 3 lib',
  's 6 main.c',
  'i {401000} {2} {1} {3} {10}',
  'i 402000 2 1 3 20',
  't {1} {0}',
  't 2 1',
  'a {20} {1}',
  'a 40 2',
  '+ {0}',
  'c {a}',
  'R {10}',
  '+ 1',
  '- {1}',
  '+ 1',
  'c 14',
  'R 20',
  '# strings: 3',
  '# ips: 2',
];

const RAW = [
  'v {10400} {3}',
  'x {6} /bin/a',
  'X ./a',
  'I {1000} {100}',
  'm {6} /bin/a {400000} {1000} {2000}',
  't {401000} {0}',
  't 402000 1',
  '+ {20} {1} {10}',
  '+ 40 2 20',
  'c {a}',
  'R {10}',
  '- {20}',
  'c 14',
  'R 20',
];

const NUMBER = /\{([0-9a-f]+)\}/g;
const bare = (text: string) => text.replace(NUMBER, '$1');

function placesOf(records: readonly string[]) {
  return records.flatMap((record, row) =>
    [...record.matchAll(NUMBER)].map(({ index, 0: braced }, i) => ({
      name: `${bare(record)}, number ${i + 1}`,
      damaged: (text: string) => {
        const line =
          bare(record.slice(0, index)) + text + bare(record.slice(index + braced.length));
        return records.map(bare).with(row, line);
      },
      row,
    })),
  );
}

/** No total is anything but a number that a double holds. */
function expectNumbers({ totals, recording, timeline }: HeaptrackProfile) {
  const numbers = [...Object.values(totals), recording.pageBytes, recording.systemBytes];
  for (const value of numbers.filter((one) => one !== undefined)) {
    expect(Number.isSafeInteger(value) || (value > 0 && value < 1)).toBe(true);
  }
  for (const live of timeline.live) expect(Number.isSafeInteger(live)).toBe(true);
}

/** Versions tell whether it is a recording at all; strings go on where their length says so. */
const isOther = (name: string) => name.startsWith('v ');

describe.each([
  ['an interpreted recording', INTERPRETED],
  ['a raw recording', RAW],
])('%s', (_, records) => {
  const places = placesOf(records).filter(({ name }) => !isOther(name));

  describe.each(places)('$name', ({ damaged, row }) => {
    test.each(NO_HEX_NUMBERS)('is refused as %s', async (text) => {
      const { profile, diagnostics } = await readRecording(`${damaged(text).join('\n')}\n`);
      expectNumbers(profile);
      expect(diagnostics.list()[0]).toMatchObject({ position: { line: row + 1 } });
      expect(diagnostics.list()[0]!.code).toMatch(/malformed-record|index-out-of-range/);
      // What does not refer to the record is there: the second info, call stack and clock stamp.
      expect(profile.traces.count).toBe(3);
      expect(profile.totals.runtime).toBeCloseTo(0.021);
      expect(profile.allocations.size).toContain(0x40);
    });
  });

  test.each(NO_HEX_NUMBERS)('of version %s is none', (text) => {
    for (const { damaged } of placesOf(records).filter(({ name }) => isOther(name))) {
      expect(heaptrack.detect(textInput(damaged(text).join('\n')).head).match).toBe('no');
    }
  });
});

const lines = (...records: readonly string[]) => `${['v 10400 3', ...records].join('\n')}\n`;

test('a size of 2^53 bytes is none; the largest below it can be summed', async () => {
  const sizes = ['a 20000000000000 0', ...Array(9).fill('a 1fffffffffffff 0')];
  const events = sizes.flatMap((_, i) => Array(20).fill(`+ ${i}`));
  const { profile, diagnostics } = await readRecording(lines(...sizes, ...events, 'c 1'));
  expect(diagnostics.list()[0]).toMatchObject({
    code: 'heaptrack/malformed-record',
    position: { line: 2 },
  });
  expect(profile.totals.calls).toBe(200);
  expect(profile.totals.peak).toBe(180 * Number.MAX_SAFE_INTEGER);
  expect(profile.totals.allocated).toBe(180 * Number.MAX_SAFE_INTEGER);
});

test('what was allocated and freed again sums to nothing, however large it says it was', async () => {
  const huge = 'f'.repeat(257);
  const events = ['+ 0', '+ 1', '- 0', '- 1', 'c 1'];
  const { profile } = await readRecording(lines(`a ${huge} 0`, 'a 10 0', ...events));
  expect(profile.totals).toMatchObject({ leaked: 0, peak: 16, allocated: 16 });
});

test('more frees than allocations are reported, with how many', async () => {
  const { diagnostics } = await readRecording(
    lines('a 10 0', 'a 20 0', '+ 0', '- 1', '- 1', '- 0', '- 0', 'c 1'),
  );
  const [found] = diagnostics.list().filter(({ code }) => code === 'heaptrack/impossible-frees');
  expect(found).toMatchObject({ message: '3 blocks were freed that had not been allocated' });
});

test('frees of what was allocated before a window are none of them', async () => {
  const text = lines('a 10 0', '+ 0', 'c 5', 'c 20', '- 0', 'c 30');
  const { diagnostics } = await readRecording(text, { window: { from: 0.01, to: 1 } });
  expect(diagnostics.counts().has('heaptrack/impossible-frees')).toBe(false);
});

test('more bytes at once than a process can address are reported', async () => {
  const half = (2 ** 52).toString(16);
  const fits = await readRecording(lines(`a ${half} 0`, ...Array(16).fill('+ 0'), 'c 1'));
  expect(fits.diagnostics.counts().has('heaptrack/impossible-size')).toBe(false);
  const more = await readRecording(lines(`a ${half} 0`, ...Array(17).fill('+ 0'), 'c 1'));
  expect(more.diagnostics.counts().get('heaptrack/impossible-size')).toBe(1);
});

test('a code address that no double holds is exact, and keeps its names', async () => {
  const vsyscall = 'ffffffffff600007';
  const { profile, diagnostics } = await readRecording(
    lines('s 4 time', `i ${vsyscall} 0 1`, 't 1 0', 'a 1 1', '+ 0'),
  );
  expect(diagnostics.counts().has('heaptrack/malformed-record')).toBe(false);
  expect(addressAt(profile.ips, 1)).toBe(BigInt(`0x${vsyscall}`));
  expect(profile.strings[profile.ips.frames.function[0]!]).toBe('time');
});

test('neighbours among such addresses are told apart', async () => {
  const [odd, even] = ['ffff8000000000a1', 'ffff8000000000a2'];
  const { profile } = await readRecording(
    lines(`i ${odd} 0`, `i ${even} 0`, 't 1 0', 't 2 0', 'a 1 1', 'a 2 2', '+ 0', '+ 1'),
  );
  const costed = costedStacks(profile, suppressedTraces(profile, []));
  const shown = (by: CostedStacks) =>
    rank(groupStacks(by, 'function'), 'calls', { spots: 9, stacks: 0 }).spots.map(({ place }) =>
      formatAddress(place[0]!.address),
    );
  expect(shown(costed)).toEqual([`0x${odd}`, `0x${even}`]);
  expect([...foldedStacks(costed, { by: 'calls' })].join('')).toBe(`0x${odd} 1\n0x${even} 1\n`);
  const none = { ...costed, costs: emptyCosts(profile.traces.count) };
  // Code without a name is one for each module there.
  expect(shown(stackDifference(none, costed, 'line'))).toEqual([`0x${even}`]);
});

test('a string that ends before its length is read, reported, and takes nothing with it', async () => {
  const { profile, diagnostics } = await readRecording(
    lines('s ffffffff main', 's 4 load', 'i 10 0 1', 't 1 0', 'a 1 1', '+ 0'),
  );
  expect(profile.strings).toEqual(['', 'main', 'load']);
  expect(diagnostics.list()[0]).toMatchObject({
    code: 'heaptrack/malformed-record',
    position: { line: 2 },
  });
});

test('a trailer that counts more than can be is none', async () => {
  const { diagnostics } = await readRecording(lines(`# strings: ${'9'.repeat(310)}`, '# ips: 0'));
  expect([...diagnostics.counts().keys()]).toEqual([
    'heaptrack/malformed-record',
    'heaptrack/no-trailer',
  ]);
});

test('a record that is too long is cut, and what comes behind it keeps its number', async () => {
  const text = 'x'.repeat(2 * MAX_LINE_BYTES);
  const { profile, diagnostics } = await readRecording(
    lines('s 3 lib', `s ${text.length.toString(16)} ${text}`, 's 4 load', 'i 10 1 3', 't 1 0'),
  );
  expect(profile.strings.map(({ length }) => length)).toEqual([0, 3, expect.any(Number), 4]);
  expect(profile.strings[profile.ips.frames.function[0]!]).toBe('load');
  expect(diagnostics.list().map(({ code, position }) => [code, position.line])).toEqual([
    ['input/line-too-long', 3],
    ['heaptrack/malformed-record', 3],
    ['heaptrack/no-trailer', 7],
  ]);
});
