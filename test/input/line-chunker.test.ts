import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineChunker, MAX_LINE_BYTES, MAX_RUN_BYTES } from '../../src/input/line-chunker.ts';

/** Reads bytes in pieces of one size, all through the same buffer. */
function read(bytes: Uint8Array, pieceSize: number) {
  const runs: Buffer[] = [];
  const cut: number[] = [];
  const lines = new LineChunker({
    onLines: (buffer, start, end) => {
      expect(buffer[end - 1]).toBe(10);
      expect(end - start).toBeLessThanOrEqual(MAX_RUN_BYTES);
      runs.push(Buffer.from(buffer.slice(start, end)));
      return undefined;
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

test('a record of several lines is handed on again, whole', () => {
  // A record is a digit, and as many lines more.
  const record = fc
    .integer({ min: 0, max: 9 })
    .chain((more) =>
      fc
        .array(fc.constantFrom('', 'a', 'bb'), { minLength: more, maxLength: more })
        .map((lines) => [String(more), ...lines]),
    );
  fc.assert(
    fc.property(fc.array(record), fc.integer({ min: 1, max: 40 }), (records, pieceSize) => {
      const text = records.flat().map((line) => `${line}\n`);
      const found: string[][] = [];
      const chunker = new LineChunker({
        onLines(buffer, start, end) {
          const lines = Buffer.from(buffer.slice(start, end)).toString().split('\n');
          let at = start;
          for (let next = 0; next < lines.length - 1; ) {
            const one = lines.slice(next, next + 1 + Number(lines[next]));
            if (next + one.length > lines.length - 1 || one.length < 1 + Number(lines[next])) {
              return at;
            }
            found.push(one);
            next += one.length;
            at += one.join('\n').length + 1;
          }
          return undefined;
        },
        onCut: () => expect.unreachable(),
      });
      const bytes = Buffer.from(text.join(''));
      for (let at = 0; at < bytes.length; at += pieceSize) {
        chunker.push(bytes.subarray(at, at + pieceSize));
      }
      expect(chunker.isOpen).toBe(false);
      expect(found).toEqual(records);
    }),
  );
});

test('a record of a million lines is handed on twice per chunk, not once per line', () => {
  let handed = 0;
  const chunker = new LineChunker({
    onLines(_, start, end) {
      handed += end - start;
      return end - start < MAX_LINE_BYTES ? start : undefined;
    },
    onCut: () => expect.unreachable(),
  });
  const chunk = new Uint8Array(64 * 1024).fill(10);
  const chunks = MAX_LINE_BYTES / chunk.length;
  for (let i = 0; i < chunks; i++) chunker.push(chunk);
  expect(chunker.isOpen).toBe(false);
  expect(handed).toBeLessThan(2 * chunks * MAX_LINE_BYTES);
});

test('a record that never ends keeps no more than a line may have', () => {
  let longest = 0;
  let cuts = 0;
  const chunker = new LineChunker({
    onLines(_, start, end) {
      longest = Math.max(longest, end - start);
      return start;
    },
    onCut: () => cuts++,
  });
  const chunk = new Uint8Array(512 * 1024).fill(10);
  for (let i = 0; i < 6; i++) chunker.push(chunk);
  expect(longest).toBeLessThanOrEqual(MAX_RUN_BYTES);
  expect(cuts).toBeGreaterThan(0);
});
