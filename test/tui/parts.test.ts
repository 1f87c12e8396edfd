import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bar, gauge } from '../../src/tui/parts/bars.ts';
import { chartColumns, chartLines } from '../../src/tui/parts/chart.ts';
import { flameLine } from '../../src/tui/parts/flame.ts';
import { footerLine } from '../../src/tui/parts/footer.ts';
import { fitLine, lineText, lineWidth, paintLine, span } from '../../src/tui/parts/line.ts';
import { stripLine } from '../../src/tui/parts/strip.ts';
import { tableLine } from '../../src/tui/parts/table.ts';
import { tabsLine } from '../../src/tui/parts/tabs.ts';
import { foundIndex } from '../../src/tui/search.ts';
import { paintWith } from '../../src/tui/theme.ts';
import { fitColumns } from '../../src/views/text/columns.ts';
import { escapeText } from '../../src/views/text/escape.ts';

const part = (value: number, glyph: string) => ({ value, glyph, tone: 'plain' as const });

describe('bars', () => {
  test.each([
    [[part(50, 'a'), part(50, 'b')], 'aaaaabbbbb'],
    [[part(1, 'a'), part(999, 'b')], 'abbbbbbbbb'],
    [[part(0, 'a'), part(100, 'b')], 'bbbbbbbbbb'],
    [[part(999, 'a'), part(1, 'b')], 'aaaaaaaaab'],
  ])('%# are drawn to scale, and nothing vanishes', (segments, drawn) => {
    const whole = segments.reduce((sum, { value }) => sum + value, 0);
    expect(lineText(bar(segments, whole, 10))).toBe(drawn);
  });

  test('end where a part of the whole does', () => {
    expect(lineText(bar([part(50, 'a')], 100, 10))).toBe('aaaaa');
    expect(gauge(50, 100, 10)).toBe('█████');
    expect(gauge(1, 1e9, 10)).toBe('▏');
    expect(gauge(0, 100, 10)).toBe('');
    expect(gauge(5, 0, 10)).toBe('');
  });
});

describe('lines', () => {
  test('have the width of the terminal, whatever is in them', () => {
    for (const text of [
      'short',
      'a text that is longer',
      '漢字漢字漢字漢字',
      'e\u0301e\u0301',
      '',
    ]) {
      expect(lineWidth(fitLine([text, span(text, 'dim')], 12)), text).toBe(12);
    }
  });

  test('are inverted as a whole where they are chosen, and coloured only where that is wanted', () => {
    const line = ['a ', span('b', 'accent')];
    expect(paintLine(line, paintWith(true))).toBe('a \u001b[36mb\u001b[39m');
    expect(paintLine(line, paintWith(false))).toBe('a b');
    expect(paintLine(line, paintWith(false), true)).toBe('\u001b[7ma b\u001b[27m');
  });
});

test('tables lose columns where a terminal is narrow, and keep the others aligned', () => {
  const columns = [
    { title: 'size', width: 6, align: 'right' },
    { title: 'more', width: 10, dropAt: 1 },
    { title: 'name', cut: 'start' },
  ] as const;
  const line = (width: number) =>
    lineText(
      tableLine(fitColumns(columns, width), ['12', 'details', '/usr/lib/libc.so.6']),
    ).trimEnd();
  expect(line(60)).toBe('    12  details     /usr/lib/libc.so.6');
  expect(line(25)).toBe('    12  …sr/lib/libc.so.6');
});

test('tabs and footers keep what matters where there is little room', () => {
  const tabs = ['Overview', 'Map', 'Heap'].map((title, i) => ({
    title,
    isActive: i === 1,
    isFull: true,
  }));
  expect(lineText(tabsLine(tabs, 80).line).trimEnd()).toBe('1 Overview 2 Map 3 Heap');
  expect(lineText(tabsLine(tabs, 12).line).trimEnd()).toBe('1 2 Map 3');
  const hints = ['open', 'sort', 'help', 'quit'].map((words) => ({ keys: words[0]!, words }));
  expect(lineText(footerLine(hints, 30, 2)).trimEnd()).toBe('o open  h help  q quit');
});

test('charts keep the highest of what falls into a column', () => {
  const points = [0, 5, 1, 9, 2].map((lower, x) => ({ x, lower, upper: 0 }));
  expect(chartColumns(points, 3).map(({ lower }) => lower)).toEqual([0, 5, 9].toSpliced(1, 1, 5));
  const lines = chartLines(chartColumns(points, 5), 9, 3, 0).map(lineText);
  expect(lines.length).toBe(3);
  for (const line of lines) expect([...line].length).toBe(5);
});

describe('flame graphs', () => {
  const cell = (start: number, columns: number, label: string, more = {}) => ({
    start,
    columns,
    label,
    border: '|',
    shade: '.',
    tone: 'plain' as const,
    isChosen: false,
    ...more,
  });

  test.each([
    [[cell(0, 10, 'main')], '|main ....'],
    [[cell(0, 5, 'main'), cell(5, 5, 'f')], '|main|f ..'],
    [[cell(2, 4, 'f'), cell(7, 3, 'g')], '  |f . |g '],
    [[cell(0, 8, 'a_long_name')], '|a_long…'],
    [[cell(0, 4, 'a_long_name')], '|...'],
    [[cell(0, 1, 'f'), cell(1, 1, 'g', { isChosen: true })], '|▶'],
    [[cell(0, 6, '+12 narrower', { brief: '+12' })], '|+12 .'],
    [[cell(0, 3, 'f'), cell(3, 0, 'none')], '|f '],
    [[cell(0, 8, '漢字漢字')], '|漢字漢…'],
    [[cell(0, 6, '漢字')], '|漢字 '],
  ])('%#: a level takes as many cells as its boxes', (cells, drawn) => {
    expect(lineText(flameLine(cells))).toBe(drawn);
  });

  test('have their width, whatever is written in them', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('👩‍👩‍👧‍👦🏳️‍🌈👍🏽', 'e\u0301e\u0301e\u0301', 'שלום عالم', '漢字漢字漢字'),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 30 }), (label, columns) => {
        const line = flameLine([cell(0, columns, escapeText(label)), cell(columns, 2, 'f')]);
        expect(lineWidth(line)).toBe(columns + 2);
      }),
    );
  });

  test('invert what is chosen, and give all others their tone', () => {
    const line = flameLine([
      cell(0, 3, 'f', { tone: 'fill-1' }),
      cell(3, 3, 'g', { isChosen: true }),
    ]);
    expect(line).toEqual([span('|f ', 'fill-1'), span('▶g ', 'selected')]);
  });
});

test('a strip has brackets around what is looked at', () => {
  expect(lineText(stripLine([0, 1, 4, 8, 2], 2, 4))).toBe(' ▂[▅█]▃');
  expect(lineText(stripLine([0, 0], 0, 2))).toBe('[  ]');
});

test('a search goes on around the end, without regard to case', () => {
  const rows = ['Heap', 'libc.so.6', 'stack', 'LIBM.so'];
  const list = { count: rows.length, text: (i: number) => rows[i]! };
  expect(foundIndex(list, 'lib', 0, 1, true)).toBe(1);
  expect(foundIndex(list, 'lib', 1, 1, false)).toBe(3);
  expect(foundIndex(list, 'lib', 3, 1, false)).toBe(1);
  expect(foundIndex(list, 'lib', 1, -1, false)).toBe(3);
  expect(foundIndex(list, 'nope', 0, 1, true)).toBeUndefined();
  expect(foundIndex({ ...list, count: 0 }, 'lib', 0, 1, true)).toBeUndefined();
});
