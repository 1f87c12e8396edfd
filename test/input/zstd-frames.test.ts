import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ZstdEnd, type ZstdFrame, ZstdFrameWalker } from '../../src/input/zstd-frames.ts';

const SKIPPABLE = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

function frame(text: string, checksum = true): Buffer {
  const flag = { [constants.ZSTD_c_checksumFlag]: checksum ? 1 : 0 };
  return zstdCompressSync(Buffer.from(text), { params: flag });
}

function walk(bytes: Uint8Array, pieceSize: number): { end: ZstdEnd; frames: ZstdFrame[] } {
  const walker = new ZstdFrameWalker();
  const frames = new Set<ZstdFrame>();
  for (let at = 0; at < bytes.length; at += pieceSize) {
    walker.push(bytes.subarray(at, at + pieceSize));
    for (const taken of walker.takeFrames()) frames.add(taken);
  }
  return { end: walker.end(), frames: [...frames] };
}

const content = fc.oneof(
  fc.string(),
  fc.nat(300_000).map((length) => 'abcdefg '.repeat(length / 8)),
);

describe('a stream of whole frames', () => {
  test('is complete, however it is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(content, fc.boolean()), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 9000 }),
        (parts, pieceSize) => {
          const frames = parts.map(([text, checksum]) => frame(text, checksum));
          const bytes = Buffer.concat(frames.flatMap((part) => [SKIPPABLE, part]));
          const { end, frames: walked } = walk(bytes, pieceSize);
          expect(end).toEqual({ kind: 'complete' });
          let offset = 0;
          const starts = frames.map((part) => {
            const start = offset + SKIPPABLE.length;
            offset = start + part.length;
            return start;
          });
          expect(walked.map(({ start }) => start)).toEqual(starts);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('has the windows that its headers state', () => {
    const small = zstdCompressSync(Buffer.alloc(1000), { params: {} });
    expect(walk(small, 7).frames[0]!.windowBytes).toBe(1000);
  });
});

test('a stream that ends anywhere before its end is truncated there', () => {
  const bytes = Buffer.concat([frame('first '.repeat(50)), SKIPPABLE, frame('second')]);
  const firstEnd = frame('first '.repeat(50)).length;
  for (let length = 1; length < bytes.length; length++) {
    const { end } = walk(bytes.subarray(0, length), 5);
    const isWhole = length === firstEnd || length === firstEnd + SKIPPABLE.length;
    if (isWhole) expect(end.kind).toBe('complete');
    else expect(end).toMatchObject({ kind: 'truncated', offset: length });
  }
});

test('bytes behind the last frame are garbage from their first byte on', () => {
  const whole = frame('some text');
  for (const pieceSize of [1, 3, 1000]) {
    const bytes = Buffer.concat([whole, Buffer.from('garbage')]);
    expect(walk(bytes, pieceSize).end).toEqual({ kind: 'garbage', offset: whole.length });
  }
});

test('push tells how many bytes of a piece belong to frames', () => {
  const whole = frame('some text');
  const walker = new ZstdFrameWalker();
  expect(walker.push(Buffer.concat([whole, Buffer.from('garbage')]))).toBe(whole.length);
});
