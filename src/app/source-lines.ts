import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { decodeInput, type Input } from '../input/input.ts';
import { LineChunker } from '../input/line-chunker.ts';
import { isSystemError, openCapture, openProcess, reportReadError } from '../input/open.ts';

/** Lines of a capture, decoded, around one of them. */
export interface CaptureLines {
  /** The number of the first of them, from 1. */
  readonly first: number;
  readonly lines: readonly string[];
  /** Why there are none. */
  readonly problem: string | undefined;
}

/** A line has no more of its text than this; captures can have lines of megabytes. */
const LONGEST = 2000;

const NEWLINE = 10;

/** Reads a file as far as a few lines behind the wanted one, and keeps those around it. */
export async function captureLines(
  source: string | number,
  line: number,
  around: number,
): Promise<CaptureLines> {
  const diagnostics = new Diagnostics(String(source));
  const first = Math.max(1, line - around);
  const origin =
    typeof source === 'number'
      ? openProcess(source, diagnostics)
      : openCapture(source, diagnostics);
  const failed = () => ({
    first,
    lines: [],
    problem: diagnostics.list()[0]?.message ?? `it has no line ${line}`,
  });
  if (origin === undefined) return failed();
  let input: Input | undefined;
  try {
    input = await decodeInput(origin, diagnostics, () => {});
    if (input === undefined) return failed();
    const lines = await linesBetween(input.chunks(), first, line + around);
    return lines.length === 0 ? failed() : { first, lines, problem: undefined };
  } catch (error) {
    // It was there a moment ago: other programs write and delete files.
    if (!isSystemError(error)) throw error;
    reportReadError(error, 'file', diagnostics);
    return failed();
  } finally {
    await input?.close();
    origin.raw.close();
  }
}

async function linesBetween(
  chunks: AsyncIterable<Uint8Array>,
  first: number,
  last: number,
): Promise<string[]> {
  const lines: string[] = [];
  let number = 0;
  const chunker = new LineChunker({
    onLines(buffer, start, end) {
      for (let at = start; at < end && number < last; ) {
        const newline = buffer.indexOf(NEWLINE, at);
        if (++number >= first) lines.push(shownText(buffer.subarray(at, newline)));
        at = newline + 1;
      }
      return undefined;
    },
    onCut() {},
  });
  for await (const chunk of chunks) {
    chunker.push(chunk);
    if (number === last) return lines;
  }
  chunker.finish();
  return lines;
}

function shownText(line: Uint8Array): string {
  const text = new TextDecoder().decode(line.slice(0, 4 * LONGEST));
  return text.slice(0, LONGEST).replace(/\r$/, '');
}
