import { expect, test } from 'vitest';
import { parseDuration } from '../../../src/cli/flags/duration.ts';

test.each([
  ['0', 0],
  ['2.5', 2.5],
  ['2.5s', 2.5],
  ['300ms', 0.3],
  ['1m30s', 90],
  ['1h', 3600],
])('%s is %d seconds', (text, seconds) => {
  expect(parseDuration(text)).toBeCloseTo(seconds, 9);
});

test.each(['', '-1', 's', '5x', '1 s', '.5', '1e3', '2s3'])('%j is no time', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
