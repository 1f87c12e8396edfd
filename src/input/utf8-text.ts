/**
 * Text as parsers read it: UTF-8 without a byte order mark. What PowerShell 5 redirects into a file is
 * UTF-16, and editors of Windows put a mark before UTF-8; the mark tells (Unicode, section 23.8).
 */

type Utf16 = 'utf-16le' | 'utf-16be';

interface ByteOrderMark {
  readonly bytes: readonly number[];
  readonly transcodes: Utf16 | undefined;
}

const MARKS: readonly ByteOrderMark[] = [
  { bytes: [0xef, 0xbb, 0xbf], transcodes: undefined },
  { bytes: [0xff, 0xfe], transcodes: 'utf-16le' },
  { bytes: [0xfe, 0xff], transcodes: 'utf-16be' },
];

const LONGEST_MARK = 3;

/** How much is transcoded at a time: longer strings would go to V8's space for large objects. */
const PIECE_BYTES = 64 * 1024;

export interface Utf8Text {
  /** As the source's, each valid until the next is asked for. */
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** Whether the source's bytes were others. */
  readonly isTranscoded: boolean;
}

/** Looks at the first bytes of a text and leaves out its mark; UTF-16 becomes UTF-8 as it is read. */
export async function utf8Text(source: AsyncGenerator<Uint8Array>): Promise<Utf8Text> {
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < LONGEST_MARK) {
    const { value, done } = await source.next();
    if (done) break;
    first = first.length === 0 ? value : Buffer.concat([first, value]);
  }
  const mark = MARKS.find(({ bytes }) => bytes.every((byte, i) => first[i] === byte));
  const rest = startingWith(first.subarray(mark?.bytes.length ?? 0), source);
  const encoding = mark?.transcodes;
  return {
    chunks: encoding ? transcoded(rest, encoding) : rest,
    isTranscoded: encoding !== undefined,
  };
}

async function* startingWith(
  first: Uint8Array,
  source: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* source;
}

async function* transcoded(
  source: AsyncGenerator<Uint8Array>,
  encoding: Utf16,
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      const text = decoder.decode(chunk.subarray(at, at + PIECE_BYTES), { stream: true });
      if (text !== '') yield Buffer.from(text);
    }
  }
  const text = decoder.decode();
  if (text !== '') yield Buffer.from(text);
}
