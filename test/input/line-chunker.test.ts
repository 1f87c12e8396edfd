import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineChunker, MAX_RUN_BYTES } from '../../src/input/line-chunker.ts';
import { MAX_LINE_BYTES } from '../../src/input/lines.ts';

/** Reads bytes in pieces of one size, all through the same buffer. */
function read(bytes: Uint8Array, pieceSize: number) {
  const runs: Buffer[] = [];
  const cut: number[] = [];
  const lines = new LineChunker({
    onLines: (buffer, start, end) => {
      expect(buffer[end - 1]).toBe(10);
      expect(end - start).toBeLessThanOrEqual(MAX_RUN_BYTES);
      runs.push(Buffer.from(buffer.slice(start, end)));
    },
    onCut: () => cut.push(Buffer.concat(runs).toString('latin1').split('\n').length),
  });
  const buffer = new Uint8Array(pieceSize);
  for (let at = 0; at < bytes.length; at += pieceSize) {
    const piece = bytes.subarray(at, at + pieceSize);
    buffer.set(piece);
    lines.push(buffer.subarray(0, piece.length));
  }
  const endsWithNewline = lines.finish();
  return { text: Buffer.concat(runs).toString('latin1'), cut, endsWithNewline };
}

test('runs of lines are the bytes that came, whatever the pieces', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r', '\0'), maxLength: 300 }),
      fc.integer({ min: 1, max: 40 }),
      (text, pieceSize) => {
        const isWhole = text === '' || text.endsWith('\n');
        expect(read(Buffer.from(text), pieceSize)).toEqual({
          text: isWhole ? text : `${text}\n`,
          cut: [],
          endsWithNewline: isWhole,
        });
      },
    ),
  );
});

test.each([1000, 65536, 3_000_000])(
  'a line beyond the limit is cut, the others are whole (pieces of %d)',
  (pieceSize) => {
    const long = 'x'.repeat(MAX_LINE_BYTES + 100_000);
    const { text, cut } = read(Buffer.from(`before\n${long}\nafter\n${long}\nend\n`), pieceSize);
    const lengths = text.split('\n').map((line) => line.length);
    expect(lengths).toEqual([6, MAX_LINE_BYTES, 5, MAX_LINE_BYTES, 3, 0]);
    expect(cut).toEqual([2, 4]);
  },
);
