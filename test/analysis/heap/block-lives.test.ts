import { expect, test } from 'vitest';
import { blockLives, placeLives } from '../../../src/analysis/heap/block-lifetimes.ts';
import { readRecording } from '../../support/written-recording.ts';

/** A program with two call stacks: one reallocs from 16 to 64 bytes, one frees an unknown block. */
const RAW = `v 10400 2
x /bin/program
m x 1000 0 10000
t 1100 0
t 1200 0
c 0
+ 10 1 a000
- a000
+ 20 1 a000
- a000
+ 40 1 b000
c 14
+ 8 2 c000
c 28
- b000
- d000
c 3c
- c000
+ 8 2 c000
R 1
c 3c
`;

test('lifetimes and growth of the blocks of a raw recording', async () => {
  const { profile } = await readRecording(RAW);
  expect(blockLives(profile)).toEqual({
    freed: 4,
    neverFreed: 1,
    unknownFrees: 1,
    lostFrees: 0,
    lostBytes: 0,
    // 0, 0, 40 and 40 ms.
    meanSeconds: 0.02,
    classes: [
      { from: 0, to: 0, blocks: 2 },
      { from: 1, to: 1, blocks: 0 },
      { from: 2, to: 3, blocks: 0 },
      { from: 4, to: 7, blocks: 0 },
      { from: 8, to: 15, blocks: 0 },
      { from: 16, to: 31, blocks: 0 },
      { from: 32, to: 63, blocks: 2 },
    ],
    grown: 2,
    grownInPlace: 1,
    longestChain: 2,
  });
  const lives = placeLives(profile, profile, 'stack').map(({ place, ...rest }) => rest);
  expect(lives).toEqual([
    { freed: 3, meanSeconds: 0.04 / 3, grown: 2, grownInPlace: 1 },
    { freed: 1, meanSeconds: 0.04, grown: 0, grownInPlace: 0 },
  ]);
});
