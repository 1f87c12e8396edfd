import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { type Bytes, MIB } from '../model/bytes.ts';
import { shellWord } from '../model/shell-word.ts';
import { type Compression, sniffCompression, unsupportedCompression } from './compression.ts';
import { openDecoder } from './decoder.ts';
import { HEAD_BYTES, Head } from './head.ts';
import type { InputProblem } from './problem.ts';
import { RawBytes } from './raw-bytes.ts';
import { wasmMemory } from './ring.ts';
import { utf8Text } from './utf8-text.ts';

/** A document beyond this would take gigabytes as objects, and V8 has no strings beyond 512 MiB. */
const MAX_TEXT_BYTES = 256 * MIB;

/** Pieces of this size stay in the processor's cache until they have been parsed. */
const PLAIN_CHUNK_BYTES = 512 * 1024;

/** What is known of a live process beside its memory map. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly command: string | undefined;
  /** The program file. */
  readonly executable: string | undefined;
  /** The text of /proc/PID/status. */
  readonly status: string;
}

/** Where captured bytes come from. */
export interface Origin {
  /** As the user named it, for messages. */
  readonly name: string;
  readonly process: ProcessIdentity | undefined;
  readonly raw: RawBytes;
}

/** An open file, and what was read of it. */
export interface PlainFile {
  readonly fd: number;
  readonly opening: Uint8Array;
  readonly onProgress: OnProgress;
}

/** A capture, open and decompressed, with its beginning ready to be looked at. */
export interface Input {
  readonly name: string;
  readonly process: ProcessIdentity | undefined;
  readonly compression: Compression;
  /** Bytes on disk; undefined for pipes. */
  readonly size: number | undefined;
  readonly head: Head;
  /** The memory that chunks lie in, where that is a WebAssembly one. */
  readonly memory: WebAssembly.Memory | undefined;
  /** Where the file's bytes are text as it is: what another thread needs to read them instead. */
  readonly plain: PlainFile | undefined;
  /** All decoded bytes from the start. A chunk is valid until the next is asked for. One pass only. */
  chunks(): AsyncIterable<Uint8Array>;
  /**
   * All of it as one text, for formats that are one document (JSON, XML) and have no lines.
   *
   * @param limit in bytes.
   * @returns undefined, with a diagnostic, where it is longer.
   */
  text(limit?: Bytes): Promise<string | undefined>;
  /** Ends what decodes it, however far it was read. The file itself is its opener's to close. */
  close(): Promise<void>;
}

/**
 * Told how many bytes of the file have been read, for a progress bar. Reading goes on when its promise
 * is kept, so that a program with a screen can draw in between.
 */
export type OnProgress = (position: number) => void | Promise<void>;

/** Opens the bytes of a capture. Undefined when there are none; the diagnostics then say why. */
export async function decodeInput(
  origin: Origin,
  diagnostics: Diagnostics,
  onProgress: OnProgress,
): Promise<Input | undefined> {
  const { raw, name } = origin;
  const rawHead = await readHead(raw);
  if (rawHead.length === 0) {
    if (origin.process) diagnostics.report('input/kernel-thread', 'it has no memory map');
    else diagnostics.report('input/empty', 'there is nothing in it');
    return undefined;
  }
  const unsupported = unsupportedCompression(rawHead);
  if (unsupported) {
    const hint = `${unsupported.undo} ${shellWord(name)} | memtool … -`;
    const message = `it is compressed with ${unsupported.name}, which memtool does not read`;
    diagnostics.report('input/unsupported-compression', message, {}, { hint });
    return undefined;
  }

  const compression = sniffCompression(rawHead);
  const report = (problems: readonly InputProblem[]) => {
    for (const { code, message, byteOffset, hint } of problems) {
      diagnostics.report(code, message, byteOffset === undefined ? {} : { byteOffset }, { hint });
    }
  };
  const decoder = compression === 'none' ? undefined : await openDecoder();
  const memory = decoder?.memory ?? wasmMemory(PLAIN_CHUNK_BYTES);
  const decoded =
    decoder === undefined || compression === 'none'
      ? plainChunks(rawHead, raw, new Uint8Array(memory.buffer), onProgress)
      : decoder.chunks(
          { compression, fd: raw.fd, head: rawHead },
          onProgress,
          report,
          raw.interrupted,
        );

  const text = await utf8Text(decoded);
  const opening = await readOpening(text.chunks);
  if (opening.length === 0) {
    if (!diagnostics.has('error')) {
      diagnostics.report('input/empty', 'nothing could be decoded from it');
    }
    return undefined;
  }
  const canBeReread = compression === 'none' && !text.isTranscoded && raw.interrupted === undefined;
  const input: Input = {
    name,
    process: origin.process,
    compression,
    size: raw.size,
    head: new Head(opening),
    memory,
    plain: canBeReread ? { fd: raw.fd, opening, onProgress } : undefined,
    async *chunks() {
      yield opening;
      yield* text.chunks;
    },
    text(limit = MAX_TEXT_BYTES) {
      return wholeText(this.chunks(), limit, diagnostics);
    },
    async close() {
      await decoded.return(undefined);
    },
  };
  return input;
}

async function wholeText(
  chunks: AsyncIterable<Uint8Array>,
  limit: Bytes,
  diagnostics: Diagnostics,
): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > limit) {
      const most = `${limit / MIB} MiB`;
      diagnostics.report('input/document-too-long', `it is one document of more than ${most}`);
      return undefined;
    }
    // A decoder refuses shared memory.
    text += decoder.decode(chunk.slice(), { stream: true });
  }
  return text + decoder.decode();
}

/** The beginning of a file that can be read again later; undefined where it is none, or compressed. */
export async function plainHead(file: string): Promise<Head | undefined> {
  let raw: RawBytes | undefined;
  try {
    raw = RawBytes.open(file);
    if (raw.size === undefined) return undefined;
    const head = await readHead(raw);
    if (sniffCompression(head) !== 'none') return undefined;
    const { chunks } = await utf8Text(alone(head));
    return new Head(await readOpening(chunks));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).errno === undefined) throw error;
    return undefined;
  } finally {
    raw?.close();
  }
}

async function* alone(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function readHead(raw: RawBytes): Promise<Uint8Array> {
  const head = new Uint8Array(HEAD_BYTES);
  let have = 0;
  while (have < HEAD_BYTES) {
    const count = await raw.next(head.subarray(have));
    if (count === 0) break;
    have += count;
  }
  return head.slice(0, have);
}

async function* plainChunks(
  head: Uint8Array,
  raw: RawBytes,
  buffer: Uint8Array,
  onProgress: OnProgress,
): AsyncGenerator<Uint8Array> {
  yield head;
  for (;;) {
    const count = await raw.next(buffer);
    if (count === 0) return;
    await onProgress(raw.position);
    yield buffer.subarray(0, count);
  }
}

/** A copy of the first decoded bytes, at least a head's worth where there are as many. */
async function readOpening(decoded: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const next = await decoded.next();
    if (next.done) break;
    pieces.push(next.value.slice());
    length += next.value.length;
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}
