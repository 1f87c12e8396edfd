import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Head } from '../../src/input/head.ts';
import { utf8Text } from '../../src/input/utf8-text.ts';

async function decoded(bytes: Uint8Array, pieceSize: number): Promise<string> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.slice(at, at + pieceSize);
  }
  const parts: Uint8Array[] = [];
  for await (const chunk of (await utf8Text(pieces())).chunks) parts.push(chunk.slice());
  return Buffer.concat(parts).toString();
}

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const swapped = (text: string) => utf16(text).swap16();

const text = fc.string({ unit: 'binary', maxLength: 300 }).filter((one) => !/^\ufeff/.test(one));
const pieceSize = fc.integer({ min: 1, max: 50 });

describe('a text reads as what it says', () => {
  test.each<[string, (text: string) => Uint8Array]>([
    ['without a mark', (one) => Buffer.from(one)],
    ['with a mark before UTF-8', (one) => Buffer.from(`\ufeff${one}`)],
    ['in UTF-16, little endian', (one) => utf16(`\ufeff${one}`)],
    ['in UTF-16, big endian', (one) => swapped(`\ufeff${one}`)],
  ])('%s, in pieces of any size', async (_, encode) => {
    await fc.assert(
      fc.asyncProperty(text, pieceSize, async (one, size) => {
        expect(await decoded(encode(one), size)).toBe(one);
      }),
      { numRuns: 100 },
    );
  });
});

test('bytes that are no text in any of them pass as they are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), pieceSize, async (bytes, size) => {
      fc.pre(![0xef, 0xfe, 0xff].includes(bytes[0] ?? 0));
      async function* once() {
        for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
      }
      const parts: Uint8Array[] = [];
      for await (const chunk of (await utf8Text(once())).chunks) parts.push(chunk);
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    }),
    { numRuns: 100 },
  );
});

describe('a head', () => {
  test('with a damaged byte here and there is text', () => {
    expect(new Head(Buffer.from(`${'a row\n'.repeat(20)}\0\0${'a row\n'.repeat(20)}`)).isText).toBe(
      true,
    );
  });

  test.each([
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0])],
    ['zeroes', Buffer.alloc(1000)],
    ['random bytes', Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * 167) & 255))],
  ])('of %s is none', (_, bytes) => expect(new Head(bytes).isText).toBe(false));
});
