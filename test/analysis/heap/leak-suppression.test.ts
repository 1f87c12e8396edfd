import { expect, test } from 'vitest';
import { leakRules } from '../../../src/analysis/heap/leak-rules.ts';
import { suppressedTraces } from '../../../src/analysis/heap/leak-suppression.ts';
import { recordingOf } from '../../support/written-recording.ts';

const profile = await recordingOf([{ frames: ['libx.so!abxb@file.c:1'], sizes: [8] }]);

test.each([
  ['abxb', true],
  ['bx', true],
  ['^ab', true],
  ['^bx', false],
  ['xb$', true],
  ['ab$', false],
  ['a*b', true],
  // The first `b` is taken, and it is not the end.
  ['a*b$', false],
  ['a*$', true],
  ['xb$anything', true],
  ['libx', true],
  ['file.c', true],
  ['$', false],
  ['^$', false],
  ['*', true],
])('%s', (pattern, matches) => {
  expect(suppressedTraces(profile, [pattern]).at(-1)).toBe(matches ? 0 : -1);
});

test('the first rule that matches counts, and a caller before its callee', async () => {
  const deep = await recordingOf([{ frames: ['inner', 'outer'], sizes: [8] }]);
  expect(suppressedTraces(deep, ['inner', 'outer']).at(-1)).toBe(1);
  expect(suppressedTraces(deep, ['none', 'er', 'outer']).at(-1)).toBe(1);
});

test('rules are lines of leak:PATTERN; others are named', () => {
  const { rules, invalid } = leakRules(['# known', '', ' leak:a b ', 'leak:', 'race:x'], 'file');
  expect(rules).toEqual([{ pattern: 'a b', source: 'file' }]);
  expect(invalid).toEqual([
    { line: 4, text: 'leak:' },
    { line: 5, text: 'race:x' },
  ]);
});
