import { pipeline } from 'node:stream/promises';
import split2 from 'split2';

/** A line longer than this is cut: no format has longer ones, a hostile file may. */
export const MAX_LINE_BYTES = 1024 * 1024;

/**
 * How much text is split at a time. Strings beyond 128 KiB would go to V8's space for large objects,
 * which is only cleaned in full collections: memory would follow the length of the file.
 */
const PIECE_BYTES = 64 * 1024;

const NEWLINE = 10;

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
  let lastByte = NEWLINE;
  const splitter = split2((text: string) => {
    reader.onLine(text, ++line);
    return undefined;
  });
  splitter.resume();

  async function* limited() {
    let carried = 0;
    for await (const chunk of chunks) {
      lastByte = chunk.at(-1) ?? lastByte;
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        const piece = chunk.subarray(at, at + PIECE_BYTES);
        carried = yield* limitLine(piece, carried, () => reader.onCut(line + 1));
      }
    }
  }
  // The splitter is done with a piece when `write` returns, so a chunk may be reused after that.
  await pipeline(limited, splitter);
  return { endsWithNewline: lastByte === NEWLINE };
}

/**
 * Leaves out what a line has beyond `MAX_LINE_BYTES`, so that a file without line ends cannot fill
 * the memory. Chunks in which no line can be too long pass as they are.
 *
 * @param carried bytes of the chunk's first line that came with earlier chunks.
 * @param onCut called when all lines before the cut one have been passed on.
 * @returns bytes of the last, unfinished line, for the next call.
 */
function* limitLine(
  chunk: Uint8Array,
  carried: number,
  onCut: () => void,
): Generator<Uint8Array, number> {
  if (carried + chunk.length <= MAX_LINE_BYTES) {
    yield chunk;
    const newline = chunk.lastIndexOf(NEWLINE);
    return newline === -1 ? carried + chunk.length : chunk.length - newline - 1;
  }
  let length = carried;
  let kept = 0;
  let at = 0;
  while (at < chunk.length) {
    const newline = chunk.indexOf(NEWLINE, at);
    const end = newline === -1 ? chunk.length : newline;
    const room = Math.max(0, MAX_LINE_BYTES - length);
    if (end - at > room) {
      if (at + room > kept) yield chunk.subarray(kept, at + room);
      if (length <= MAX_LINE_BYTES) onCut();
      kept = end;
    }
    length += end - at;
    if (newline === -1) break;
    length = 0;
    at = newline + 1;
  }
  if (kept < chunk.length) yield chunk.subarray(kept);
  return length;
}
