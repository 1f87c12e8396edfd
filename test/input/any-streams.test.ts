/** Compressed streams of any frames, read in steps of any size, give what was packed. */
import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gunzipInto } from '../../src/input/gzip.ts';
import type { InputProblem } from '../../src/input/problem.ts';
import type { ByteSource } from '../../src/input/raw-bytes.ts';
import { unzstdInto } from '../../src/input/zstd.ts';
import { gzipStream, PortionedSource, zstdStream } from '../support/compressed-streams.ts';

const RUNS = 300;

const portions = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 });
const stepBytes = fc.constantFrom(1, 2, 3, 7, 64, 1000, 65536);

type Decode = (
  source: ByteSource,
  write: (bytes: Uint8Array) => void,
) => Promise<readonly InputProblem[]>;

async function decoded(decode: Decode, source: ByteSource) {
  const pieces: Buffer[] = [];
  const problems = await decode(source, (bytes) => pieces.push(Buffer.from(bytes)));
  return { content: Buffer.concat(pieces), problems };
}

test('zstd', async () => {
  const property = fc.asyncProperty(
    zstdStream,
    portions,
    stepBytes,
    async (stream, sizes, step) => {
      const source = new PortionedSource(stream.bytes, sizes);
      const { content, problems } = await decoded(
        (raw, write) => unzstdInto(raw, write, step),
        source,
      );
      expect(problems).toEqual([]);
      expect(content.equals(stream.content)).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: RUNS });
});

test('zstd that ends anywhere gives its beginning, and says so unless a frame ends there', async () => {
  const property = fc.asyncProperty(
    zstdStream,
    stepBytes,
    fc.double({ min: 0, max: 1, noNaN: true }),
    async (stream, step, part) => {
      const length = Math.floor(part * stream.bytes.length);
      const source = new PortionedSource(stream.bytes.subarray(0, length), [65536]);
      const { content } = await decoded((raw, write) => unzstdInto(raw, write, step), source);
      expect(stream.content.subarray(0, content.length).equals(content)).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: RUNS });
});

test('gzip', async () => {
  const property = fc.asyncProperty(gzipStream, portions, async (stream, sizes) => {
    const { content, problems } = await decoded(
      gunzipInto,
      new PortionedSource(stream.bytes, sizes),
    );
    expect(problems).toEqual([]);
    expect(content.equals(stream.content)).toBe(true);
  });
  await fc.assert(property, { numRuns: RUNS });
});

test('gzip with a wrong checksum gives all that is in it, and says so', async () => {
  const property = fc.asyncProperty(gzipStream, portions, async (stream, sizes) => {
    const damaged = Uint8Array.from(stream.bytes);
    // The last member's trailer: its checksum, and its length (RFC 1952, section 2.3.1).
    damaged[damaged.length - 8]! ^= 1;
    const { content, problems } = await decoded(gunzipInto, new PortionedSource(damaged, sizes));
    expect(problems).toMatchObject([{ code: 'input/corrupt' }]);
    expect(content.equals(stream.content)).toBe(true);
  });
  await fc.assert(property, { numRuns: 60 });
});

test('gzip that is damaged gives as much of the truth as gzip itself', async () => {
  const lines = Array.from({ length: 40_000 }, (_, i) => `+ ${(i * 2654435761) % 977}\n`).join('');
  const truth = Buffer.from(lines);
  const sound = gzipSync(truth);
  for (const part of [0.2, 0.5, 0.9]) {
    const damaged = Uint8Array.from(sound);
    damaged.fill(0xff, part * sound.length, part * sound.length + 64);
    const { content } = await decoded(gunzipInto, new PortionedSource(damaged, [65536]));
    const { stdout } = spawnSync('gzip', ['-dc'], { input: damaged });
    expect(commonLength(content, truth)).toBeGreaterThanOrEqual(commonLength(stdout, truth));
  }
});

function commonLength(a: Uint8Array, b: Uint8Array): number {
  const differs = a.findIndex((byte, i) => byte !== b[i]);
  return differs === -1 ? a.length : differs;
}
