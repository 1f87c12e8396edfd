import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { MAX_LINE_BYTES } from '../../src/input/line-chunker.ts';
import { readLines } from '../../src/input/lines.ts';

/** Reads text in pieces of one size, all through the same buffer. */
async function read(bytes: Uint8Array, pieceSize: number) {
  async function* chunks() {
    const buffer = new Uint8Array(pieceSize);
    for (let at = 0; at < bytes.length; at += pieceSize) {
      const piece = bytes.subarray(at, at + pieceSize);
      buffer.set(piece);
      yield buffer.subarray(0, piece.length);
    }
  }
  const lines: string[] = [];
  const diagnostics = new Diagnostics('text');
  await readLines({ chunks }, diagnostics, {
    onLine: (text, line) => {
      lines.push(text);
      expect(line).toBe(lines.length);
    },
  });
  return { lines, cut: diagnostics.list().map(({ position }) => position?.line) };
}

test('lines are the text between line ends, whatever the pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''))),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 40 }),
      async (texts, lineEnd, pieceSize) => {
        const bytes = Buffer.from(texts.map((text) => text + lineEnd).join(''));
        const { lines, cut } = await read(bytes, pieceSize);
        expect(lines).toEqual(texts);
        expect(cut).toEqual([]);
      },
    ),
  );
});

test('a last line without an end is a line', async () => {
  expect((await read(Buffer.from('a\nb'), 100)).lines).toEqual(['a', 'b']);
});

test.each([1000, 65536, 3_000_000])(
  'a line beyond the limit is cut, the others are whole (pieces of %d)',
  async (pieceSize) => {
    const long = 'x'.repeat(MAX_LINE_BYTES + 100_000);
    const bytes = Buffer.from(`before\n${long}\nafter\n${long}\nend\n`);
    const { lines, cut } = await read(bytes, pieceSize);
    expect(lines.map((line) => line.length)).toEqual([
      'before'.length,
      MAX_LINE_BYTES,
      'after'.length,
      MAX_LINE_BYTES,
      'end'.length,
    ]);
    expect(lines[4]).toBe('end');
    expect(cut).toEqual([2, 4]);
  },
);
