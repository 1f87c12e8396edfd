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
    (problem) => problems.push(problem),
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
    expect(
      CONTENT.subarray(0, content.length / 2).equals(content.subarray(0, content.length / 2)),
    ).toBe(true);
    expect(problems).toMatchObject([{ code: 'input/corrupt' }]);
  });
});

test('a window that the decoder cannot hold is refused with the way out', async () => {
  const params = { [constants.ZSTD_c_windowLog]: 24, [constants.ZSTD_c_contentSizeFlag]: 0 };
  const { problems } = await decode(zstdCompressSync(CONTENT, { params }), 'zstd');
  expect(problems).toMatchObject([{ code: 'input/unsupported-compression' }]);
  expect(problems[0]!.hint).toContain('zstd -dc');
});
