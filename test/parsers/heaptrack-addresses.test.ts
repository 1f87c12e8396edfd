/** Recordings whose events name addresses: raw ones, and those of file version 0. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { HeapRequest } from '../../src/model/heap-profile.ts';
import type { Symbolise } from '../../src/parsers/format.ts';
import { AddressTable, TAG } from '../../src/parsers/heaptrack/address-table.ts';
import type { HeaptrackProfile } from '../../src/parsers/heaptrack/build-profile.ts';
import { heaptrack } from '../../src/parsers/heaptrack/heaptrack.ts';
import { textInput } from '../support/strace.ts';

/** Few, so that they are used again; the last four are one double, and differ in one half only. */
const ADDRESSES = [
  ...['10', '20', '30', '5568713f4540', '100005568713f4540', '7f39b547c010'],
  ...['ffff8000000000a0', 'ffff8000000000a1', 'ffff8000000000a2', 'ffff8001000000a0'],
].filter((address) => address.length <= 16);
const SIZES = [0, 1, 8, 24, 24, 100, 4096, 2 ** 28, 2 ** 40];
const TRACES = 4;

type Event =
  | { kind: '+'; size: number; trace: number; address: string }
  | { kind: '-'; address: string }
  | { kind: 'c'; time: number };

const address = fc.constantFrom(...ADDRESSES);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('+' as const),
      size: fc.constantFrom(...SIZES),
      trace: fc.integer({ min: 0, max: TRACES }),
      address,
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('-' as const), address }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('c' as const), time: fc.nat(40) }) },
);
const events = fc.array(event, { maxLength: 300 });

const hex = (value: number) => value.toString(16);

/** Times are steps from the stamp before. */
function stamped(list: readonly Event[]): Event[] {
  let time = 0;
  return list.map((entry) => {
    if (entry.kind !== 'c') return entry;
    time += entry.time;
    return { kind: 'c', time };
  });
}

const line = (entry: Event) =>
  entry.kind === '+'
    ? `+ ${hex(entry.size)} ${hex(entry.trace)} ${entry.address}`
    : entry.kind === '-'
      ? `- ${entry.address}`
      : `c ${hex(entry.time)}`;

const RAW_HEAD = [
  'v 10400 3\nx 6 /bin/a\nX a\nI 1000 10\nm 1 -\nm 1 x 1000 0 1000\nm 6 /lib/b 5000 0 100 200 50',
  't 1100 0\nt 5010 1\nt 5210 1\nt 9000 2\n',
].join('\n');

const OLD_HEAD = 'v 10000\nX a\ns b\ni 1100 1\nt 1 0\nt 1 1\nt 1 2\nt 1 3\n';

/** What the interpreter makes of the same events: numbered infos, frees of unknown blocks dropped. */
function interpreted(list: readonly Event[]): string {
  const infos = new Map<string, number>();
  const blocks = new Map<string, number>();
  const lines = ['v 10400 3', 's 1 b', 'i 1100 1', 't 1 0', 't 1 1', 't 1 2', 't 1 3'];
  for (const entry of list) {
    if (entry.kind === 'c') lines.push(line(entry));
    else if (entry.kind === '+') {
      const key = `${hex(entry.size)} ${hex(entry.trace)}`;
      if (!infos.has(key)) {
        infos.set(key, infos.size);
        lines.push(`a ${key}`);
      }
      blocks.set(entry.address, infos.get(key)!);
      lines.push(`+ ${hex(infos.get(key)!)}`);
    } else if (blocks.has(entry.address)) {
      lines.push(`- ${hex(blocks.get(entry.address)!)}`);
      blocks.delete(entry.address);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What only addresses tell, block by block. */
function exactly(list: readonly Event[]) {
  interface Block {
    key: string;
    size: number;
    address: string;
    born: number;
    steps: number;
  }
  const blocks = new Map<string, Block>();
  const facts = { temporary: 0, unknownFrees: 0, lostFrees: 0, lostBytes: 0 };
  const rows = new Map<string, Record<'temporary' | 'grown' | 'inPlace' | 'lifetime', number>>();
  const lifetimes: number[] = [];
  const chains: number[] = [];
  const add = (to: number[], at: number) => {
    while (to.length <= at) to.push(0);
    to[at]!++;
  };
  let time = 0;
  let allocated: Block | undefined;
  let freed: Block | undefined;
  for (const entry of list) {
    if (entry.kind === 'c') {
      time = entry.time;
    } else if (entry.kind === '+') {
      const { size } = entry;
      const key = `${size} ${entry.trace}`;
      if (!rows.has(key)) rows.set(key, { temporary: 0, grown: 0, inPlace: 0, lifetime: 0 });
      const isGrown = freed !== undefined && freed.size < size;
      const steps = isGrown ? Math.min(31, freed!.steps + 1) : 0;
      if (isGrown) {
        add(chains, steps);
        rows.get(key)!.grown++;
        if (freed!.address === entry.address) rows.get(key)!.inPlace++;
      }
      const before = blocks.get(entry.address);
      if (before) {
        facts.lostFrees++;
        facts.lostBytes += before.size;
      }
      allocated = { key, size, address: entry.address, born: time, steps };
      blocks.set(entry.address, allocated);
      freed = undefined;
    } else {
      const block = blocks.get(entry.address);
      if (block === undefined) facts.unknownFrees++;
      else {
        if (block === allocated) {
          facts.temporary++;
          rows.get(block.key)!.temporary++;
        }
        const lifetime = time - block.born;
        rows.get(block.key)!.lifetime += lifetime;
        add(lifetimes, lifetime === 0 ? 0 : Math.floor(Math.log2(lifetime)) + 1);
        blocks.delete(entry.address);
      }
      allocated = undefined;
      freed = block;
    }
  }
  const freedCount = lifetimes.reduce((a, b) => a + b, 0);
  return { ...facts, rows, lifetimes, chains, freed: freedCount, neverFreed: blocks.size };
}

async function read(text: string, heap: HeapRequest = {}, symbolise?: Symbolise) {
  const diagnostics = new Diagnostics('text');
  const context = { diagnostics, asked: heap, symbolise };
  const profile = await heaptrack.parse(textInput(text), context);
  return { profile: profile as HeaptrackProfile, diagnostics };
}

const text = (head: string, list: readonly Event[]) =>
  `${head}${list.map((entry) => `${line(entry)}\n`).join('')}`;

describe.each([
  ['raw', RAW_HEAD],
  ['version 0', OLD_HEAD],
])('a recording of events with addresses, %s', (_, head) => {
  test('adds up to what its interpreted form does', async () => {
    const windows = fc.option(fc.record({ from: fc.nat(300), length: fc.integer({ min: 1 }) }));
    await fc.assert(
      fc.asyncProperty(events, windows, async (list, window) => {
        const request: HeapRequest = {
          growthSteps: true,
          snapshots: 5,
          ...(window && {
            window: { from: window.from / 1000, to: (window.from + window.length) / 1000 },
          }),
        };
        const recorded = stamped(list);
        const { profile: exact } = await read(text(head, recorded), request);
        const { profile: same } = await read(interpreted(recorded), request);
        if (same === undefined) {
          expect(exact).toBeUndefined();
          return;
        }
        const comparable = ({
          costs,
          allocations,
          totals,
          timeline,
          ...rest
        }: HeaptrackProfile) => ({
          costs: { ...costs, temporary: null },
          allocations: { ...allocations, temporary: null },
          totals: { ...totals, temporary: null },
          timeline: { ...timeline, temporary: null },
          growthSteps: rest.growthSteps,
          snapshots: rest.snapshots.map((snapshot) => ({ ...snapshot, temporary: null })),
          window: rest.window,
        });
        expect(comparable(exact)).toEqual(comparable(same));
        expect([same.temporaryRule, exact.temporaryRule]).toEqual(['same-info', 'exact']);
      }),
      { numRuns: 300 },
    );
  });

  test('tells what a model tells that knows each block', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (list) => {
        const recorded = stamped(list);
        const { profile } = await read(text(head, recorded));
        const expected = exactly(recorded);
        const exact = profile.exact!;
        const { allocations } = profile;
        expect(profile.totals.temporary).toBe(expected.temporary);
        expect({
          unknownFrees: exact.unknownFrees,
          lostFrees: exact.lostFrees,
          lostBytes: exact.lostBytes,
          freed: exact.freed,
          neverFreed: exact.neverFreed,
          lifetimes: [...exact.lifetimes],
          chains: [...exact.chains],
        }).toEqual({
          unknownFrees: expected.unknownFrees,
          lostFrees: expected.lostFrees,
          lostBytes: expected.lostBytes,
          freed: expected.freed,
          neverFreed: expected.neverFreed,
          lifetimes: expected.lifetimes,
          chains: expected.chains,
        });
        for (let row = 0; row < allocations.count; row++) {
          const key = `${allocations.size[row]} ${allocations.trace[row]}`;
          expect({
            temporary: allocations.temporary[row],
            grown: exact.rows.grown[row],
            inPlace: exact.rows.grownInPlace[row],
            lifetime: Math.round(exact.rows.lifetime[row]! * 1000),
          }).toEqual(expected.rows.get(key));
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('a table of addresses is what a map is', () => {
  const key = fc.record({ high: fc.constantFrom(0, -1, 0x7f39), low: fc.integer() });
  // Multiples of a large power of two have neighbouring homes: long runs, which wrap around.
  const crowded = fc.record({ high: fc.constant(0), low: fc.nat(3000).map((n) => n << 16) });
  const steps = fc.array(fc.tuple(fc.oneof(key, crowded), fc.boolean()), {
    minLength: 3000,
    maxLength: 9000,
    size: 'max',
  });
  fc.assert(
    fc.property(steps, (list) => {
      const table = new AddressTable();
      const map = new Map<string, number>();
      for (const [i, [{ high, low }, removes]] of list.entries()) {
        const name = `${high} ${low}`;
        const at = table.find(high, low);
        const tag = at === -1 ? undefined : table.words[at + TAG];
        if (tag !== map.get(name)) throw new Error(`${name}: ${tag} is not ${map.get(name)}`);
        if (removes && at !== -1) {
          table.remove(at);
          map.delete(name);
        } else {
          const slot = table.findOrInsert(high, low);
          table.words[slot + TAG] = i + 1;
          map.set(name, i + 1);
        }
      }
      expect(table.count).toBe(map.size);
    }),
    { numRuns: 10, endOnFailure: true },
  );
});

describe('a realloc', () => {
  test('that grows step by step is a chain, wherever it goes', async () => {
    const { profile } = await read(
      `${RAW_HEAD}+ 8 1 10\n- 10\n+ 10 2 10\n- 10\nt 9100 0\n+ 20 2 20\nc 10\n- 20\n+ 10 2 20\n`,
    );
    const { rows, chains } = profile.exact!;
    expect([...chains]).toEqual([0, 1, 1]);
    expect([...profile.allocations.size]).toEqual([8, 16, 32]);
    expect([...rows.grown]).toEqual([0, 1, 1]);
    expect([...rows.grownInPlace]).toEqual([0, 1, 0]);
    expect(profile.totals).toMatchObject({ calls: 4, temporary: 3 });
  });
});

describe('modules', () => {
  const moduleOf = ({ ips, strings }: HeaptrackProfile, ip: number) => [
    strings[ips.module[ip]!],
    ips.offset![ip],
  ];

  test('are told by their segments, both ends included', async () => {
    const { profile } = await read(`${RAW_HEAD}t 5100 0\nt 5101 0\nt 2000 0\nt fff 0\n`);
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((ip) => moduleOf(profile, ip))).toEqual([
      ['/bin/a', 0x100],
      ['/lib/b', 0x10],
      ['/lib/b', 0x210],
      ['', Number.NaN],
      ['/lib/b', 0x100],
      ['', Number.NaN],
      ['/bin/a', 0x1000],
      ['', Number.NaN],
    ]);
  });

  test('of a later list are those of later addresses', async () => {
    const { profile } = await read(
      `${RAW_HEAD}m 1 -\nm 6 /lib/c 9000 0 100\nt 9001 0\nt 5011 0\nt 5010 0\n`,
    );
    expect([5, 6].map((ip) => moduleOf(profile, ip))).toEqual([
      ['/lib/c', 1],
      ['', Number.NaN],
    ]);
    // One address is one code address, as heaptrack has it.
    expect(profile.traces.ip[7]).toBe(2);
  });

  test('before file version 3 have no lengths', async () => {
    const { profile } = await read(
      'v 10100 2\nx /bin/a b\nm -\nm x 1000 0 1000\nm /lib/with space b 5000 0 100\nt 1001 0\nt 5001 1\n',
    );
    expect([1, 2].map((ip) => moduleOf(profile, ip))).toEqual([
      ['/bin/a b', 1],
      ['/lib/with space b', 1],
    ]);
  });

  test('may have newlines in their names', async () => {
    const { profile, diagnostics } = await read(
      'v 10400 3\nx 3 a\nb\nm 1 -\nm 6 /lib\nc 5000 0 100\nt 5001 0\nt zz 0\nc 1\nR 1\n',
    );
    expect(moduleOf(profile, 1)).toEqual(['/lib\nc', 1]);
    expect(diagnostics.list()).toMatchObject([{ position: { line: 8 } }]);
  });
});

const sum = (column: Float64Array) => column.reduce((total, value) => total + value, 0);

describe('names of functions', () => {
  const RECORDING = `${RAW_HEAD}m 1 -\nm 6 /lib/c a000 0 100\nt ffff8000000000a1 0\n+ 8 2 10\nc 1\nR 1\n`;
  const NAMES = [
    'v 10400 3\ns 6 /bin/a\ns 1b operator new(unsigned long)\ns 4 main\ni 1100 1 3\nt 1 0\n',
    'i 5010 1 2\nt 2 1\ni 5210 0\nt 3 1\ni 9000 0\nt 4 2\ni ffff8000000000a1 0\nt 5 0\n',
  ].map((part) => Buffer.from(part));

  test('are asked for with modules and stacks alone, and taken over', async () => {
    const asked: Uint8Array[] = [];
    const { profile, diagnostics } = await read(RECORDING, {}, async (records) => {
      asked.push(...records);
      return { output: NAMES };
    });
    expect(Buffer.concat(asked).toString()).toBe(
      [
        'v 10400 3\nx 6 /bin/a\nm 1 -\nm 1 x 1000 0 1000\nm 6 /lib/b 5000 0 100 200 50',
        't 1100 0\nt 5010 1\nt 5210 1\nt 9000 2\nm 1 -\nm 6 /lib/c a000 0 100',
        't ffff8000000000a1 0\n',
      ].join('\n'),
    );
    expect(diagnostics.list()).toEqual([]);
    // The stack that ends in operator new is its caller's.
    expect([...profile.traces.ip]).toEqual([0, 1, 1, 3, 4, 5]);
    expect(profile.strings[3]).toBe('main');
    expect(profile.ips.offset![1]).toBe(0x100);
  });

  test('tell what operator new asked for, which grows no block', async () => {
    const growing = (trace: number) => `+ 8 ${trace} 10\n- 10\n+ 10 ${trace} 10\n- 10\n`;
    const recording = `${RECORDING}${growing(2)}${growing(3)}c 2\nR 1\n`;
    const unnamed = (await read(recording)).profile.exact!;
    expect([sum(unnamed.rows.grown), sum(unnamed.rows.grownInPlace)]).toEqual([2, 2]);
    const named = (await read(recording, {}, async () => ({ output: NAMES }))).profile.exact!;
    expect([sum(named.rows.grown), sum(named.rows.grownInPlace)]).toEqual([1, 1]);
    expect([unnamed.areChainsMixed, named.areChainsMixed]).toEqual([undefined, true]);
  });

  test.each([
    ['a failure', { failure: 'it is not installed' }],
    ['half an answer', { output: NAMES.slice(0, 1) }],
    ['an answer to something else', { output: [Buffer.from('v 10400 3\ni 1 0\nt 1 0\n')] }],
    ['no text', { output: [Buffer.from([0, 1, 2, 255])] }],
  ])('are offsets after %s, and a note', async (_, answer) => {
    const { profile, diagnostics } = await read(RECORDING, {}, async () => answer);
    expect(diagnostics.list()).toMatchObject([{ code: 'heaptrack/not-symbolised' }]);
    expect(profile.strings[profile.ips.module[2]!]).toBe('/lib/b');
    expect(profile.ips.offset![2]).toBe(0x10);
    expect(profile.totals.calls).toBe(1);
  });

  test('are not asked for where the recording has them', async () => {
    const never: Symbolise = () => Promise.reject(new Error('asked'));
    await read('v 10400 3\ns 1 p\ni 1 1\nt 1 0\na 8 1\n+ 0\n', {}, never);
    await read(`${OLD_HEAD}+ 8 1 10\n`, {}, never);
  });
});

describe('damage', () => {
  test.each([
    ['+ 8 5 10', 'heaptrack/index-out-of-range'],
    ['+ 8 fffffffff 10', 'heaptrack/index-out-of-range'],
    ['+ 20000000000000 1 10', 'heaptrack/malformed-record'],
    ['+ 8 1 10000000000000000', 'heaptrack/malformed-record'],
    ['+ 8 1', 'heaptrack/malformed-record'],
    ['+ 8 1 ', 'heaptrack/malformed-record'],
    ['+ 8 1 10 20', 'heaptrack/malformed-record'],
    ['+ 8  1 10', 'heaptrack/malformed-record'],
    ['+8 1 10', 'heaptrack/malformed-record'],
    ['+', 'heaptrack/malformed-record'],
    ['- ', 'heaptrack/malformed-record'],
    ['- 1G', 'heaptrack/malformed-record'],
    ['t 10000000000000000 0', 'heaptrack/malformed-record'],
    ['t 10 7', 'heaptrack/malformed-record'],
    ['t 10', 'heaptrack/malformed-record'],
    ['m', 'heaptrack/malformed-record'],
    ['m 6 /lib/b', 'heaptrack/malformed-record'],
    ['m 6 /lib/b 1000 0', 'heaptrack/malformed-record'],
    ['m 6 /lib/b 1000 0 1x', 'heaptrack/malformed-record'],
    ['m ffffff /lib/b 1000 0 100', 'heaptrack/malformed-record'],
    ['a 10 1', 'heaptrack/unknown-record'],
    ['i 1 1', 'heaptrack/unknown-record'],
    ['q', 'heaptrack/unknown-record'],
  ])('%j is left out, with its line', async (damaged, code) => {
    const tail = 'c 1\nR 1\n';
    const { profile, diagnostics } = await read(`${RAW_HEAD}+ 8 1 20\n${damaged}\n- 20\n${tail}`);
    expect(diagnostics.list()).toMatchObject([{ code, position: { line: 13, text: damaged } }]);
    expect(profile.totals).toMatchObject({ calls: 1, leaked: 0 });
  });

  test('of the clock leaves the stamp out', async () => {
    const { profile, diagnostics } = await read(`${RAW_HEAD}c a\n+ 8 1 20\nc 5\n- 20\nc b\nR 1\n`);
    expect(diagnostics.list()).toMatchObject([{ code: 'heaptrack/clock-goes-back' }]);
    expect([...profile.exact!.lifetimes]).toEqual([1]);
  });

  test('at the end is said', async () => {
    const { profile, diagnostics } = await read(`${RAW_HEAD}c a\n+ 8 1 20\n+ 8`);
    const codes = diagnostics.list().map(({ code }) => code);
    expect(codes).toEqual(['heaptrack/cut-record', 'heaptrack/no-trailer']);
    expect(profile.totals.leaked).toBe(8);
  });
});
