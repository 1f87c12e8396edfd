/** A short run of the fuzzer (`npm run fuzz` is the long one), and captures that end anywhere. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Diagnostics } from '../src/diagnostics/diagnostic.ts';
import { Head } from '../src/input/head.ts';
import { FORMATS } from '../src/parsers/index.ts';
import { seeds } from './fuzz/captures.ts';
import { faultOfNumber } from './fuzz/case.ts';
import { bytesInput } from './support/strace.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-fuzz-'));
afterAll(() => rmSync(scratch, { recursive: true }));

beforeAll(() => {
  vi.stubEnv('COLUMNS', '100');
});

const captures = seeds();

/** Always the same ones: what a campaign finds is guarded where it was mended. */
const CASES = 600;

test('damaged captures', async () => {
  const faults: string[] = [];
  for (let number = 0; number < CASES; number++) {
    const fault = await faultOfNumber(number, captures, scratch);
    if (fault !== undefined) faults.push(`case ${number}: ${fault}`);
  }
  expect(faults).toEqual([]);
});

/** The smallest capture of each format, and bytes enough of it. */
const SMALLEST = FORMATS.flatMap((format) => {
  const [seed] = captures
    .filter(({ bytes }) => format.detect(new Head(bytes)).match === 'yes' && bytes.length > 100)
    .toSorted((a, b) => a.bytes.length - b.bytes.length);
  return seed ? [{ id: format.id, format, bytes: seed.bytes.subarray(0, 3000) }] : [];
});

describe('a capture that ends at any byte', () => {
  test('is of every format', () => {
    expect(SMALLEST.map(({ id }) => id)).toEqual(FORMATS.map(({ id }) => id));
  });

  test.each(SMALLEST)('of $id is read to there', async ({ format, bytes }) => {
    for (let length = 0; length <= bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      for (const { detect } of FORMATS) detect(new Head(cut));
      const context = { diagnostics: new Diagnostics('cut'), asked: {} };
      await format.parse(bytesInput(cut), context);
    }
  });
});
