/** Compressed streams of any shape, and what is in them. */
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import type { ByteSource } from '../../src/input/raw-bytes.ts';

export interface CompressedStream {
  readonly bytes: Uint8Array;
  readonly content: Buffer;
}

/** Compressible text, noise, and nothing. */
const content: fc.Arbitrary<Buffer> = fc.oneof(
  fc.constant(Buffer.alloc(0)),
  fc.string({ maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.string({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 3000 }))
    .map(([text, times]) => Buffer.from(text.repeat(times))),
);

const zstdFrame = fc
  .record({
    content,
    checksum: fc.boolean(),
    size: fc.boolean(),
    // Beyond 23 frames go to another decoder.
    windowLog: fc.constantFrom(10, 17, 23, 24, 27),
    level: fc.constantFrom(1, 3, 9),
  })
  .map(({ content, checksum, size, windowLog, level }): CompressedStream => {
    const params = {
      [constants.ZSTD_c_compressionLevel]: level,
      [constants.ZSTD_c_checksumFlag]: Number(checksum),
      [constants.ZSTD_c_contentSizeFlag]: Number(size),
      [constants.ZSTD_c_windowLog]: windowLog,
    };
    return { bytes: zstdCompressSync(content, { params }), content };
  });

/** RFC 8878, section 3.1.2. */
const skippableFrame = fc
  .tuple(fc.integer({ min: 0x50, max: 0x5f }), fc.uint8Array({ maxLength: 60 }))
  .map(([magic, payload]): CompressedStream => {
    const head = Buffer.from([magic, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]);
    head.writeUInt32LE(payload.length, 4);
    return { bytes: Buffer.concat([head, payload]), content: Buffer.alloc(0) };
  });

const gzipMember = fc
  .tuple(content, fc.constantFrom(1, 6, 9))
  .map(([content, level]): CompressedStream => ({ bytes: gzipSync(content, { level }), content }));

const joined = (parts: readonly CompressedStream[]): CompressedStream => ({
  bytes: Buffer.concat(parts.map(({ bytes }) => bytes)),
  content: Buffer.concat(parts.map(({ content }) => content)),
});

export const zstdStream = fc
  .array(fc.oneof({ weight: 4, arbitrary: zstdFrame }, skippableFrame), {
    minLength: 1,
    maxLength: 8,
  })
  .map(joined);

export const gzipStream = fc.array(gzipMember, { minLength: 1, maxLength: 5 }).map(joined);

/** A file that gives its bytes in portions as it likes. */
export class PortionedSource implements ByteSource {
  position = 0;
  readonly #bytes: Uint8Array;
  readonly #portions: readonly number[];
  #next = 0;

  constructor(bytes: Uint8Array, portions: readonly number[]) {
    this.#bytes = bytes;
    this.#portions = portions;
  }

  again(): ByteSource {
    return new PortionedSource(this.#bytes, this.#portions);
  }

  read(target: Uint8Array): number {
    const portion = this.#portions[this.#next++ % this.#portions.length]!;
    const left = this.#bytes.length - this.position;
    const count = Math.min(portion, target.length, left);
    target.set(this.#bytes.subarray(this.position, this.position + count));
    this.position += count;
    return count;
  }
}
