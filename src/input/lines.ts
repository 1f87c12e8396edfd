import { pipeline } from 'node:stream/promises';
import split2 from 'split2';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { Input } from './input.ts';
import { LineChunker } from './line-chunker.ts';

/**
 * How much text is split at a time. Strings beyond 128 KiB would go to V8's space for large objects,
 * which is only cleaned in full collections: memory would follow the length of the file.
 */
const PIECE_BYTES = 64 * 1024;

export interface LineReader {
  /** Called for each line, numbered from 1, without its line end. */
  onLine(text: string, line: number): void;
}

/** Reads text line by line. A line that was cut to `MAX_LINE_BYTES` is reported. */
export async function readLines(
  input: Pick<Input, 'chunks'>,
  diagnostics: Diagnostics,
  reader: LineReader,
): Promise<void> {
  let line = 0;
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
        if (piece !== 'cut') yield piece;
        else diagnostics.report('input/line-too-long', 'the line is too long', { line: line + 1 });
      }
    };
    for await (const chunk of input.chunks()) {
      lines.push(chunk);
      yield* pieces();
    }
    lines.finish();
    yield* pieces();
  }
  await pipeline(runs, splitter);
}
