import { pipeline } from 'node:stream/promises';
import split2 from 'split2';
import { LineChunker } from './line-chunker.ts';

/**
 * How much text is split at a time. Strings beyond 128 KiB would go to V8's space for large objects,
 * which is only cleaned in full collections: memory would follow the length of the file.
 */
const PIECE_BYTES = 64 * 1024;

export interface LineReader {
  /** Called for each line, numbered from 1, without its line end. */
  onLine(text: string, line: number): void;
  /** Called before `onLine` for a line that was cut to `MAX_LINE_BYTES`. */
  onCut(line: number): void;
}

/** @returns whether the last line ended with a newline. */
export async function readLines(
  chunks: AsyncIterable<Uint8Array>,
  reader: LineReader,
): Promise<{ readonly endsWithNewline: boolean }> {
  let line = 0;
  let endsWithNewline = true;
  const splitter = split2((text: string) => {
    reader.onLine(text, ++line);
    return undefined;
  });
  splitter.resume();

  async function* runs() {
    const ready: (Uint8Array | 'cut')[] = [];
    const lines = new LineChunker({
      onLines(buffer, start, end) {
        for (let at = start; at < end; at += PIECE_BYTES) {
          ready.push(buffer.subarray(at, Math.min(end, at + PIECE_BYTES)));
        }
        return undefined;
      },
      onCut: () => ready.push('cut'),
    });
    // The splitter is done with a piece when the next is asked for, so a chunk may be used again then.
    const pieces = function* () {
      for (const piece of ready.splice(0)) {
        if (piece === 'cut') reader.onCut(line + 1);
        else yield piece;
      }
    };
    for await (const chunk of chunks) {
      lines.push(chunk);
      yield* pieces();
    }
    endsWithNewline = lines.finish();
    yield* pieces();
  }
  await pipeline(runs, splitter);
  return { endsWithNewline };
}
