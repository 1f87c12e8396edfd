import type { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { constants, createZstdDecompress } from 'node:zlib';
import zstdCodec, { type DecompressStream } from 'zstd-codec/lib/module.js';
import type { InputProblem } from './problem.ts';
import type { ByteSource } from './raw-bytes.ts';
import { youngCollector } from './v8-heap-limits.ts';
import { MAX_HEADER_BYTES, type ZstdFrame, ZstdFrameWalker } from './zstd-frames.ts';

/**
 * How much is decoded at a time: pieces of megabytes make zstd-codec run out of its fixed 16 MiB
 * heap, and damage is only known to lie in the piece that fails.
 */
const STEP_BYTES = 64 * 1024;

/** What zstd-codec's heap can hold beside its buffers; zstd levels up to 19 stay within it. */
const CODEC_WINDOW_BYTES = 8 * 1024 * 1024;

/**
 * A decoder takes the whole window before the first byte, whatever the file's size. zstd's own tool, too,
 * decodes larger ones only when it is asked to, with --long.
 */
const MAX_WINDOW_LOG = 27;

/** Decoded blocks that may lie about, unused; it is freed in the blink of an eye. */
const MAX_GARBAGE_BYTES = 4 * 1024 * 1024;

type StreamClass = new () => DecompressStream;

let codec: Promise<StreamClass> | undefined;

/** Compiles the WebAssembly decoder, once per thread. */
export function loadZstdCodec(): Promise<StreamClass> {
  codec ??= new Promise((resolve) =>
    zstdCodec.run((binding) => resolve(binding.ZstdDecompressStreamBinding)),
  );
  return codec;
}

/** Decodes the bytes of frames, piece by piece, in file order. */
interface FrameDecoder {
  /** Throws where the data is damaged. */
  push(bytes: Uint8Array): void | Promise<void>;
  /** Called where a frame ends. */
  endFrame(): void | Promise<void>;
  free(): void;
}

/** zstd-codec's binding; one stream decodes any number of frames. */
async function codecDecoder(write: (bytes: Uint8Array) => void): Promise<FrameDecoder> {
  const Stream = await loadZstdCodec();
  const stream = new Stream();
  stream.begin();
  const collect = youngCollector();
  let garbage = 0;
  const take = (block: Uint8Array) => {
    write(block);
    garbage += block.length;
    if (garbage < MAX_GARBAGE_BYTES) return;
    garbage = 0;
    collect();
  };
  return {
    push(bytes) {
      if (!stream.transform(bytes, take)) throw new Error('invalid data');
    },
    endFrame: () => {},
    free: () => stream.delete(),
  };
}

/**
 * Node's own decoder, for windows that zstd-codec cannot hold. A new one for each frame, because it
 * drops without a word what comes after the first (nodejs/node#64741). Node 20 has none.
 */
function nativeDecoder(write: (bytes: Uint8Array) => void): FrameDecoder | undefined {
  if (typeof createZstdDecompress !== 'function') return undefined;
  const params = { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG };
  let stream: Transform | undefined;
  let failed: Promise<never> | undefined;
  const open = () => {
    const opened = createZstdDecompress({ params }).on('data', write);
    failed = new Promise((_, reject) => opened.once('error', reject));
    // Readers await it; without this handler Node ends the process when none does.
    failed.catch(() => {});
    return opened;
  };
  return {
    async push(bytes) {
      stream ??= open();
      // The step's buffer is used again before the decoder may have read it.
      const copy = bytes.slice();
      const written = new Promise((resolve) => stream!.write(copy, resolve));
      // After an error the stream forgets the callback of the write that failed.
      await Promise.race([written, failed]);
    },
    async endFrame() {
      const ended = stream!.end();
      stream = undefined;
      await finished(ended);
    },
    free: () => stream?.destroy(),
  };
}

/**
 * Decodes a zstd stream, with a frame walker beside the decoder.
 *
 * zstd-codec's binding is used directly because the package's stream class never frees its decoder,
 * and its simple API needs the whole file in a heap of 16 MiB. The walker reports what decoders do
 * not say: that the file ends in the middle of a frame, or that bytes follow which are none.
 *
 * @returns what was wrong with the stream; everything readable has been written by then.
 */
export async function unzstdInto(
  raw: ByteSource,
  write: (bytes: Uint8Array) => void,
  stepBytes = STEP_BYTES,
): Promise<InputProblem[]> {
  const walker = new ZstdFrameWalker();
  const codec = await codecDecoder(write);
  const native = nativeDecoder(write);
  const step = new FrameStep(raw, walker, stepBytes);
  let at = 0;
  try {
    for (;;) {
      const pieces = step.read();
      if (pieces === undefined) break;
      for (const { frame, bytes, isEnd } of pieces) {
        const decoder = frame ? native : codec;
        if (frame && (decoder === undefined || isTooMuch(frame))) return [unreadableFrame(frame)];
        await decoder!.push(bytes);
        if (isEnd) await decoder!.endFrame();
      }
      at = raw.position;
    }
  } catch (error) {
    const reason = (error as Error | undefined)?.message || 'invalid data';
    return [
      {
        code: 'input/corrupt',
        message: `the zstd stream is damaged here or up to ${stepBytes} bytes later (${reason})`,
        byteOffset: at,
      },
    ];
  } finally {
    codec.free();
    native?.free();
  }
  return walkedProblems(walker);
}

/** Bytes that one decoder gets at once. */
interface StreamPiece {
  /** The frame that zstd-codec cannot hold, all or part of which this is; else it is for zstd-codec. */
  readonly frame: ZstdFrame | undefined;
  readonly bytes: Uint8Array;
  /** Whether the frame ends with these bytes. */
  readonly isEnd: boolean;
}

/**
 * Reads a file step by step and cuts each step where the decoder changes. zstd-codec takes any number of
 * frames at once, skippable ones too: each call of it costs 60 µs, as much as a kilobyte of contents.
 */
class FrameStep {
  readonly #raw: ByteSource;
  readonly #walker: ZstdFrameWalker;
  readonly #stepBytes: number;
  readonly #buffer: Uint8Array;
  /** Where the last step's bytes end; behind them stand those that were held back. */
  #length = 0;
  /** Bytes that were held back: a header tells the decoder by its end. */
  #held = 0;
  #isGarbage = false;

  constructor(raw: ByteSource, walker: ZstdFrameWalker, stepBytes: number) {
    this.#raw = raw;
    this.#walker = walker;
    this.#stepBytes = stepBytes;
    this.#buffer = new Uint8Array(MAX_HEADER_BYTES + stepBytes);
  }

  /** @returns pieces, valid until the next call; undefined at the end of the file, or of what is zstd in it. */
  read(): StreamPiece[] | undefined {
    if (this.#isGarbage) return undefined;
    this.#buffer.copyWithin(0, this.#length, this.#length + this.#held);
    this.#length = 0;
    const start = this.#raw.position - this.#held;
    const count = this.#raw.read(this.#buffer.subarray(this.#held, this.#held + this.#stepBytes));
    if (count === 0) return undefined;
    const usable = this.#walker.push(this.#buffer.subarray(this.#held, this.#held + count));
    this.#isGarbage = usable < count;
    const { headerBytes } = this.#walker;
    this.#length = this.#held + usable - headerBytes;
    this.#held = headerBytes;
    return this.#cut(start);
  }

  #cut(start: number): StreamPiece[] {
    const pieces: StreamPiece[] = [];
    let at = 0;
    const cutAt = (to: number, frame: ZstdFrame | undefined, isEnd: boolean) => {
      if (to > at || isEnd) pieces.push({ frame, bytes: this.#buffer.subarray(at, to), isEnd });
      at = Math.max(at, to);
    };
    for (const frame of this.#walker.takeFrames()) {
      if (isForCodec(frame)) continue;
      cutAt(frame.start - start, undefined, false);
      const isEnd = frame.end !== undefined;
      cutAt(isEnd ? frame.end! - start : this.#length, frame, isEnd);
    }
    cutAt(this.#length, undefined, false);
    return pieces;
  }
}

const isForCodec = ({ windowBytes, dictionaryId }: ZstdFrame) =>
  windowBytes <= CODEC_WINDOW_BYTES && dictionaryId === 0;

function isTooMuch({ windowBytes, dictionaryId }: ZstdFrame): boolean {
  return windowBytes > 2 ** MAX_WINDOW_LOG || dictionaryId !== 0;
}

function unreadableFrame({ start, windowBytes, dictionaryId }: ZstdFrame): InputProblem {
  const code = 'input/unsupported-compression';
  if (dictionaryId !== 0) {
    return {
      code,
      message: `the zstd frame needs dictionary ${dictionaryId}`,
      byteOffset: start,
      hint: 'decode it first: zstd -dc -D DICTIONARY FILE | memtool … -',
    };
  }
  const isTooLarge = windowBytes > 2 ** MAX_WINDOW_LOG;
  const held = isTooLarge
    ? `memtool takes ${2 ** MAX_WINDOW_LOG}`
    : `this Node holds ${CODEC_WINDOW_BYTES}`;
  return {
    code,
    message: `the zstd frame needs a window of ${windowBytes} bytes; ${held}`,
    byteOffset: start,
    hint: `decode it first: zstd -dc --long=31 FILE | memtool … -${isTooLarge ? '' : '; or use Node 22.15 or newer'}`,
  };
}

function walkedProblems(walker: ZstdFrameWalker): InputProblem[] {
  const end = walker.end();
  if (end.kind === 'complete') return [];
  if (end.kind === 'truncated') {
    return [
      {
        code: 'input/truncated',
        message: `the file ends in the middle of the zstd frame that starts at byte ${end.frameStart}`,
        byteOffset: end.offset,
      },
    ];
  }
  return [
    {
      code: 'input/trailing-garbage',
      message: 'the bytes from here on are no zstd frame',
      byteOffset: end.offset,
    },
  ];
}
