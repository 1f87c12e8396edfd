import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { decodeInput, type Input } from '../input/input.ts';
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
  const decoder = new TextDecoder();
  const lines: string[] = [];
  let number = 1;
  let text = '';
  const keep = (bytes: Uint8Array, ends: boolean) => {
    if (number < first) return;
    if (text.length < LONGEST)
      text += decoder.decode(bytes.slice(0, 4 * LONGEST), { stream: true });
    if (!ends) return;
    lines.push(text.slice(0, LONGEST).replace(/\r$/, ''));
    text = '';
  };
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const newline = chunk.indexOf(NEWLINE, at);
      const end = newline === -1 ? chunk.length : newline;
      keep(chunk.subarray(at, end), newline !== -1);
      if (newline === -1) break;
      number++;
      if (number > last) return lines;
      at = newline + 1;
    }
  }
  if (text !== '') lines.push(text.slice(0, LONGEST));
  return lines;
}
