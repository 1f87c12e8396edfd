import { expect, test } from 'vitest';
import { csvLine, histogramCsv, timelineCsv } from '../../../src/views/export/csv.ts';

test('a histogram is sizes and calls', () => {
  const text = [
    ...histogramCsv([
      { size: 8, calls: 3 },
      { size: 2 ** 40, calls: 1 },
    ]),
  ].join('');
  expect(text).toBe('size_bytes,calls\n8,3\n1099511627776,1\n');
});

test('a timeline leaves empty what nobody looked at', () => {
  const text = [
    ...timelineCsv({
      time: Float64Array.of(0, 0.25),
      live: Float64Array.of(100, 4096),
      calls: Float64Array.of(1, 20),
      temporary: Float64Array.of(0, 2),
      resident: Float64Array.of(Number.NaN, 65536),
    }),
  ].join('');
  expect(text).toBe(
    'time_seconds,live_bytes,calls,temporary_calls,resident_bytes\n0,100,1,0,\n0.25,4096,20,2,65536\n',
  );
});

test('texts are quoted where commas, quotes or line ends would break the row', () => {
  expect(csvLine(['plain', 'a,b', 'say "hi"', 'two\nlines', 1])).toBe(
    'plain,"a,b","say ""hi""","two\nlines",1\n',
  );
});
