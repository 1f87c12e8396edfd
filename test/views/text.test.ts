import fc from 'fast-check';
import stringWidth from 'fast-string-width';
import { describe, expect, test } from 'vitest';
import { BARS, bytes, captured, count, left, right, type Table } from '../../src/views/report.ts';
import { escapeText } from '../../src/views/text/escape.ts';
import { formatBytes, formatCell } from '../../src/views/text/quantity.ts';
import { layoutTable } from '../../src/views/text/table.ts';

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [1, '1 B'],
    [544, '544 B'],
    [10239, '10239 B'],
    [10241, '10 KiB'],
    [1024, '1 KiB'],
    [4096, '4 KiB'],
    [200704, '196 KiB'],
    [5709824, '5576 KiB'],
    [10 * 1024 ** 2 - 1024, '10239 KiB'],
    [10 * 1024 ** 2, '10 MiB'],
    [39102619, '37.3 MiB'],
    [64 * 1024 ** 2, '64 MiB'],
    [5 * 1024 ** 4, '5120 GiB'],
    [-20480, '-20 KiB'],
  ])('%d is %s', (value, expected) => {
    expect(formatBytes(value, 'human')).toBe(expected);
    expect(formatBytes(value, 'bytes')).toBe(String(value));
  });

  test('are never off by more than half of the last digit shown', () => {
    const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        const [number, unit] = formatBytes(value, 'human').split(' ');
        const scale = 1024 ** UNITS.indexOf(unit!);
        expect(Math.abs(Number(number) * scale - value)).toBeLessThanOrEqual(0.0501 * scale);
      }),
    );
  });
});

describe('numbers that no capture can have', () => {
  test.each([
    [Number.NaN, '?'],
    [Number.POSITIVE_INFINITY, '> 16 EiB'],
    [Number.NEGATIVE_INFINITY, '< -16 EiB'],
    [2 ** 64, '16 EiB'],
    [2 ** 65, '> 16 EiB'],
    [-(2 ** 65), '< -16 EiB'],
    [Number.MAX_VALUE, '> 16 EiB'],
  ])('%d bytes are %s', (value, expected) => {
    expect(formatBytes(value, 'human')).toBe(expected);
  });

  test('a sum that a double rounds says so', () => {
    expect(formatBytes(2 ** 53 - 1, 'bytes')).toBe('9007199254740991');
    expect(formatBytes(2 ** 53, 'bytes')).toBe('≈ 9007199254740992');
    expect(formatBytes(2 ** 63, 'bytes')).toBe('≈ 9223372036854775808');
  });

  test('every number has a short text in every unit', () => {
    const kinds = ['bytes', 'count', 'seconds', 'percent', 'per-second'] as const;
    const units = fc.constantFrom('human' as const, 'bytes' as const);
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(...kinds), units, (value, kind, unit) => {
        const text = formatCell({ kind, value }, unit);
        expect(text).not.toMatch(/NaN|Infinity|undefined/);
        expect(text.length).toBeLessThan(340);
      }),
    );
  });
});

describe('names without end', () => {
  const name = `start${'x'.repeat(1_000_000)}end`;

  test('lose their middle', () => {
    const shown = formatCell(captured(name), 'human');
    expect(stringWidth(shown)).toBe(400);
    expect(shown).toMatch(/^startx+…x+end$/);
  });

  test('of any characters take no more columns than others', () => {
    const long = fc.string({ unit: 'grapheme', minLength: 10, maxLength: 200 });
    fc.assert(
      fc.property(long, fc.integer({ min: 1, max: 200 }), (text, times) => {
        const shown = formatCell(captured(text.repeat(times)), 'human');
        expect(stringWidth(shown)).toBeLessThanOrEqual(400);
        // Half a character.
        expect(shown).not.toMatch(/\p{Cs}/u);
      }),
    );
  });

  test('make the other rows of a table no wider', () => {
    const rows = [name, ...Array.from({ length: 2000 }, (_, i) => `row ${i}`)];
    const lines = layoutTable(
      {
        columns: [
          { title: 'name', align: 'left', cut: 'start' },
          { title: 'size', align: 'right' },
        ],
        rows: rows.map((row) => ({ cells: [captured(row), count(1)] })),
      },
      'human',
      Number.POSITIVE_INFINITY,
    );
    expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThan(500);
  });
});

describe('text from captures', () => {
  test('holds no control character when it is printed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeText(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  test.each([
    ['\u001b[2J', '\\x1b[2J'],
    ['a\tb', 'a b'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['\u009b31m', '\\x9b31m'],
    ['zażółć 地址', 'zażółć 地址'],
  ])('%j is printed as %j', (text, expected) => {
    expect(formatCell(captured(text), 'human')).toBe(expected);
  });

  test('that is inferred is marked', () => {
    expect(formatCell(captured('heap', true), 'human')).toBe('≈ heap');
  });
});

describe('tables', () => {
  const table = (...names: string[]): Table => ({
    columns: [
      { title: 'calls', align: 'right' },
      { title: 'name', align: 'left', cut: 'middle' },
      { title: 'where', align: 'left', cut: 'start' },
    ],
    rows: names.map((name, depth) => ({
      cells: [count(10 ** depth), captured(name), captured(`/a/long/path/to/${name}.rs:10`)],
      depth,
    })),
  });

  test('align numbers right and indent parts', () => {
    const lines = layoutTable(table('one', 'two'), 'human', Number.POSITIVE_INFINITY);
    expect(lines.map(({ text }) => text)).toEqual([
      'calls  name   where',
      '    1  one    /a/long/path/to/one.rs:10',
      '   10    two  /a/long/path/to/two.rs:10',
    ]);
  });

  test('cut paths at their start and names in their middle', () => {
    const name = 'a_function_with_quite_a_long_name_indeed';
    const lines = layoutTable(table(name), 'human', 52);
    expect(lines[1]!.text).toBe('    1  a_function_wi…g_name_indeed  …me_indeed.rs:10');
  });

  test('give up their bars before their words', () => {
    const table = {
      columns: [right('bytes'), BARS, left(''), left('why', 'wrap')],
      rows: [
        {
          cells: [bytes(4096), undefined, 'a name of thirty-five cells in all', 'because of this'],
          bar: { from: 0, to: 1, series: 1 as const },
        },
      ],
    };
    const text = (width: number) =>
      layoutTable(table, 'human', width)
        .map((line) => line.text)
        .join('\n');
    expect(text(90)).toContain('█');
    expect(text(70)).not.toContain('█');
    expect(text(70)).toContain('because of this');
  });

  test('are never wider than the terminal, whatever the names', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', maxLength: 120 }), { maxLength: 5 }),
        fc.integer({ min: 60, max: 200 }),
        (names, width) => {
          for (const { text } of layoutTable(table(...names), 'human', width)) {
            expect(stringWidth(text)).toBeLessThanOrEqual(width);
          }
        },
      ),
    );
  });
});
