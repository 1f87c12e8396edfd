/** The Capacity screen says what is true of captures, and why each of its numbers is what it is. */
import { describe, expect, test } from 'vitest';
import { blockParts } from '../../src/analysis/growth/forward/block-parts.ts';
import {
  CAPACITY_ALLOCATORS,
  CAPACITY_CONTAINERS,
  capacityAccount,
} from '../../src/analysis/growth/forward/capacity-account.ts';
import { pagesOf } from '../../src/model/bytes.ts';
import { stagesOf } from '../../src/tui/screens/capacity/capacity-stages.ts';
import { frameText, pressed, programOf, session } from '../support/tui-session.ts';

const SEED = 'fixtures/stories/seed/';
const CAPTURES = ['smaps.txt', 'strace.log', 'heaptrack.zst'].map((name) => SEED + name);
const NOTHING_FOUND = { atMost: undefined, row: undefined };

const stages = (numbers: Partial<Parameters<typeof capacityAccount>[0]>) =>
  stagesOf(
    capacityAccount({
      container: 'rust-vec',
      allocator: 'glibc',
      elementBytes: 24,
      length: 12426,
      pageBytes: 4096,
      ...numbers,
    }),
    NOTHING_FOUND,
  );

/** Frames on the way, as one reads them. */
async function read(columns: number, rows: number, keys: string, elements?: number) {
  const program = await programOf(session(CAPTURES, elements), columns, rows);
  const seen = [frameText(program)];
  for (const key of keys.split(' ')) seen.push(frameText(pressed(program, key)));
  return seen.join('\n').replace(/\s+/g, ' ');
}

describe.each([
  [80, 24],
  [100, 40],
])('at %ix%i, with arrows and ⏎ alone', (columns, rows) => {
  test('five keys tell why 388 KiB are mapped and 292 KiB are in RAM', async () => {
    const text = await read(columns, rows, 'right down enter', 12426);
    for (const known of [
      '12426 × 24 298224 B',
      'a Vec or String is pointer, capacity and length',
      '4 8 16 … 8192 ▸16384 393216 B',
      '8192 were full, and a Vec doubles',
      '+ 16 393232 B',
      'over 128 KiB a block is a mapping of its own',
      '96.004, rounded up: 97 397312 B',
      '96 pages hold it exactly; the 16 bytes of header cost one whole page',
      '72.8, rounded up: 73 299008 B',
      'the kernel gives RAM to a page when it is first written: 24 never were',
      'smaps.txt:131 says 388 KiB, the same',
      'smaps.txt:131 says 292 KiB, the same',
    ]) {
      expect(text).toContain(known);
    }
  });

  test('what is not known closer is told as an interval', async () => {
    const text = await read(columns, rows, 'right down enter');
    expect(text).toContain('12288 to 12458 elements of 24 bytes: why are 388 KiB mapped');
    expect(text).toContain('12458 × 24 at most');
  });
});

test('its pages are drawn: as many cells as the log and the map say', async () => {
  const program = pressed(await programOf(session(CAPTURES, 12426), 100, 40), '6');
  const [drawn] = frameText(program).split('How it came here');
  const cells = drawn!.match(/[▌█▓·]{24,}/g)!.join('');
  expect(cells).toBe(`▌${'█'.repeat(71)}▓${'·'.repeat(24)}`);
});

describe('the numbers of the captures', () => {
  test('key 6 has the container that was found, with the program it is of', async () => {
    const text = frameText(pressed(await programOf(session(CAPTURES), 100, 40), '6'));
    expect(text).toContain('heaptrace_csv 10423 › Capacity');
    expect(text).toContain('found: lines 115 to 168 of the log');
    expect(text).not.toContain('example');
  });

  test('an example is called one, and is nobody’s', async () => {
    const program = await programOf(session([`${SEED}smaps.txt`]), 100, 40);
    const text = frameText(pressed(program, '6'));
    expect(text).toContain('memtool › Capacity');
    expect(text).toContain('an example, not from your captures');
  });

  test('numbers of one’s own are not the container’s; Esc brings those back', async () => {
    const program = pressed(await programOf(session(CAPTURES), 100, 40), '6');
    const before = frameText(program);
    const changed = frameText(pressed(program, 'right'));
    expect(changed).toContain('changed from the container of lines 115 to 168');
    expect(changed).not.toContain('smaps.txt:131');
    expect(frameText(pressed(program, 'escape'))).toBe(before);
  });
});

describe.each(CAPACITY_CONTAINERS)('%s', (container) => {
  test.each(CAPACITY_ALLOCATORS)(
    'of %s: parts sum up, and every stage has a reason',
    (allocator) => {
      for (const length of [1, 5, 100, 5461, 12426, 1_000_000]) {
        const numbers = {
          container,
          allocator,
          elementBytes: 24,
          length,
          pageBytes: 4096,
        } as const;
        const account = capacityAccount(numbers);
        const parts = blockParts(account);
        if (parts !== undefined) {
          const { used, spare, kept, bookkeeping } = parts;
          for (const part of [used, spare, kept, bookkeeping])
            expect(part).toBeGreaterThanOrEqual(0);
          expect(used + spare + kept + bookkeeping).toBe(account.block!.requested);
        }
        const all = stagesOf(account, NOTHING_FOUND);
        expect(new Set(all.map(({ label }) => label)).size).toBe(all.length);
        for (const { why } of all) expect(why === '' && container !== 'rust-vec').toBe(why === '');
      }
    },
  );
});

test('where nobody knows how many elements there are, it is not called full', async () => {
  const program = await programOf(session(['fixtures/corpus/hashmap/set.full']), 100, 40);
  const text = frameText(pressed(program, '6')).replace(/\s+/g, ' ');
  expect(text).toContain('up to 114688 elements of 4 bytes');
  expect(text).toContain('how many there are is not known');
});

test('a HashMap has a name for each of its parts', () => {
  const named = stages({ container: 'rust-hash-table' }).map(({ label, bytes }) => [label, bytes]);
  expect(named.slice(0, 5)).toEqual([
    ['length', 12426 * 24],
    ['capacity', 14336 * 24],
    ['+ free', 16384 * 24],
    ['+ control', 16384 * 24 + 16384 + 16],
    ['+ header', 16384 * 24 + 16384 + 16 + 16],
  ]);
});

describe('large blocks of other allocators', () => {
  test.each(['jemalloc', 'tcmalloc'] as const)('%s gives them pages of their own', (allocator) => {
    const inRam = stages({ allocator }).find(({ label }) => label === 'in RAM')!;
    expect(inRam.bytes).toBe(pagesOf(298224, 4096) * 4096);
    expect(inRam.why).not.toContain('shares');
  });

  test('what mimalloc does is not known', () => {
    const labels = stages({ allocator: 'mimalloc' }).map(({ label }) => label);
    expect(labels).not.toContain('in RAM');
    expect(stages({ allocator: 'mimalloc' })[2]!.why).toContain('is not known');
  });

  test('small ones share their pages', () => {
    const inRam = stages({ allocator: 'jemalloc', length: 100 }).find(
      ({ label }) => label === 'in RAM',
    )!;
    expect(inRam.why).toContain('shares its pages');
  });
});
