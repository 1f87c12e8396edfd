import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { Compression } from '../../src/input/compression.ts';
import { openDecoder } from '../../src/input/decoder.ts';
import type { InputProblem } from '../../src/input/problem.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-decoder-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Three times the ring, not repetitive: every slot is used more than once. */
const CONTENT = Buffer.from(
  Array.from({ length: 1_500_000 }, (_, i) => ((i * 2654435761) >>> 8).toString(36)).join('\n'),
);

async function decode(packed: Uint8Array, compression: Exclude<Compression, 'none'>) {
  const file = path.join(scratch, 'packed');
  writeFileSync(file, packed);
  const fd = openSync(file, 'r');
  const problems: InputProblem[] = [];
  const pieces: Buffer[] = [];
  const source = { compression, fd, head: new Uint8Array(0) };
  const decoder = await openDecoder();
  for await (const chunk of decoder.chunks(
    source,
    () => {},
    (found) => problems.push(...found),
  )) {
    pieces.push(Buffer.from(chunk));
  }
  closeSync(fd);
  return { content: Buffer.concat(pieces), problems };
}

const packers = { zstd: zstdCompressSync, gzip: gzipSync };

describe.each(['zstd', 'gzip'] as const)('%s', (compression) => {
  const pack = packers[compression];

  test('gives back what was packed', async () => {
    const { content, problems } = await decode(pack(CONTENT), compression);
    expect(content.equals(CONTENT)).toBe(true);
    expect(problems).toEqual([]);
  });

  test('reads concatenated frames or members', async () => {
    const packed = Buffer.concat([pack(Buffer.from('one ')), pack(Buffer.from('two'))]);
    expect((await decode(packed, compression)).content.toString()).toBe('one two');
  });

  test('gives what is readable of a cut file, and says where it ends', async () => {
    const packed = pack(CONTENT);
    const length = Math.floor(packed.length / 2);
    const { content, problems } = await decode(packed.subarray(0, length), compression);
    expect(content.length).toBeGreaterThan(CONTENT.length / 4);
    expect(CONTENT.subarray(0, content.length).equals(content)).toBe(true);
    expect(problems).toMatchObject([{ code: 'input/truncated', byteOffset: length }]);
  });

  test('reports damage and gives what came before', async () => {
    const packed = Buffer.from(pack(CONTENT));
    const middle = Math.floor(packed.length / 2);
    packed.fill(0xff, middle, middle + 100);
    const { content, problems } = await decode(packed, compression);
    const sound = Math.floor(CONTENT.length / 4);
    expect(CONTENT.subarray(0, sound).equals(content.subarray(0, sound))).toBe(true);
    expect(problems).toMatchObject([{ code: 'input/corrupt' }]);
  });
});

describe('zstd frames', () => {
  const params = {
    [constants.ZSTD_c_windowLog]: 24,
    [constants.ZSTD_c_contentSizeFlag]: 0,
    [constants.ZSTD_c_checksumFlag]: 1,
  };
  const large = zstdCompressSync(CONTENT, { params });
  const small = zstdCompressSync(Buffer.from('between '));
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

  test('with windows of any size are read, in any order', async () => {
    const packed = Buffer.concat([skippable, large, small, skippable, large, small, skippable]);
    const { content, problems } = await decode(packed, 'zstd');
    expect(problems).toEqual([]);
    const between = Buffer.from('between ');
    expect(content.equals(Buffer.concat([CONTENT, between, CONTENT, between]))).toBe(true);
  });

  test('with a large window may be cut', async () => {
    const length = Math.floor(large.length / 2);
    const { content, problems } = await decode(large.subarray(0, length), 'zstd');
    expect(content.length).toBeGreaterThan(CONTENT.length / 4);
    expect(CONTENT.subarray(0, content.length).equals(content)).toBe(true);
    expect(problems).toMatchObject([{ code: 'input/truncated', byteOffset: length }]);
  });

  test('with a large window may be damaged', async () => {
    const packed = Buffer.from(large);
    const middle = Math.floor(packed.length / 2);
    packed.fill(0xff, middle, middle + 100);
    expect((await decode(packed, 'zstd')).problems).toMatchObject([{ code: 'input/corrupt' }]);
  });

  test('that need a dictionary are refused with the way out', async () => {
    // Magic, a descriptor with one byte of dictionary number, window, number, an empty last block.
    const packed = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x00, 0x07, 0x01, 0x00, 0x00]);
    const { problems } = await decode(packed, 'zstd');
    expect(problems).toMatchObject([{ code: 'input/unsupported-compression' }]);
    expect(problems[0]!.hint).toContain('zstd -dc -D');
  });

  test('are told apart wherever a read ends', async () => {
    const frames = Array.from({ length: 3000 }, (_, i) => zstdCompressSync(Buffer.from(`${i} `)));
    const { content, problems } = await decode(Buffer.concat(frames), 'zstd');
    expect(problems).toEqual([]);
    expect(content.toString()).toBe(Array.from({ length: 3000 }, (_, i) => `${i} `).join(''));
  });
});
