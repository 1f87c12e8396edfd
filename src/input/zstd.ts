import zstdCodec, { type DecompressStream } from 'zstd-codec/lib/module.js';
import type { InputProblem } from './problem.ts';
import type { RawBytes } from './raw-bytes.ts';
import { ZstdFrameWalker } from './zstd-frames.ts';

/**
 * How much is decoded at a time: pieces of megabytes make zstd-codec run out of its fixed 16 MiB
 * heap, and damage is only known to lie in the piece that fails.
 */
const STEP_BYTES = 64 * 1024;

/** What zstd-codec's heap can hold beside its buffers; zstd levels up to 19 stay within it. */
const MAX_WINDOW_BYTES = 8 * 1024 * 1024;

type StreamClass = new () => DecompressStream;

let codec: Promise<StreamClass> | undefined;

/** Compiles the WebAssembly decoder, once per thread. */
export function loadZstdCodec(): Promise<StreamClass> {
  codec ??= new Promise((resolve) =>
    zstdCodec.run((binding) => resolve(binding.ZstdDecompressStreamBinding)),
  );
  return codec;
}

/**
 * Decodes zstd through zstd-codec's streaming binding, with the frame walker beside it.
 *
 * The binding is used directly because the package's stream class never frees its decoder, and its
 * simple API needs the whole file in a heap of 16 MiB. The walker reports what the binding does not
 * say: that the file ends in the middle of a frame.
 *
 * @returns what was wrong with the stream; everything readable has been written by then.
 */
export async function unzstdInto(
  raw: RawBytes,
  write: (bytes: Uint8Array) => void,
): Promise<InputProblem[]> {
  const Stream = await loadZstdCodec();
  const walker = new ZstdFrameWalker();
  const stream = new Stream();
  stream.begin();

  const buffer = new Uint8Array(STEP_BYTES);
  let offset = 0;
  try {
    for (;;) {
      const step = buffer.subarray(0, raw.read(buffer));
      if (step.length === 0) break;
      const usable = walker.push(step);
      const unreadable = unreadableFrame(walker);
      if (unreadable) return [unreadable];
      if (!stream.transform(step.subarray(0, usable), write)) throw new Error('invalid data');
      if (usable < step.length) break;
      offset = raw.position;
    }
    stream.end(write);
  } catch (error) {
    const reason = (error as Error | undefined)?.message || 'invalid data';
    return [
      {
        code: 'input/corrupt',
        message: `the zstd stream is damaged here or up to ${STEP_BYTES} bytes later (${reason})`,
        byteOffset: offset,
      },
    ];
  } finally {
    stream.delete();
  }

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

function unreadableFrame(walker: ZstdFrameWalker): InputProblem | undefined {
  const frame = walker.frames.at(-1);
  if (frame === undefined) return undefined;
  if (frame.windowBytes > MAX_WINDOW_BYTES) {
    return {
      code: 'input/unsupported-compression',
      message: `the zstd frame needs a window of ${frame.windowBytes} bytes; memtool's decoder holds ${MAX_WINDOW_BYTES}`,
      byteOffset: frame.start,
      hint: 'decode it first: zstd -dc --long=31 FILE | memtool … -',
    };
  }
  if (frame.dictionaryId !== 0) {
    return {
      code: 'input/unsupported-compression',
      message: `the zstd frame needs dictionary ${frame.dictionaryId}`,
      byteOffset: frame.start,
      hint: 'decode it first: zstd -dc -D DICTIONARY FILE | memtool … -',
    };
  }
  return undefined;
}
