/**
 * Walks the frames of a zstd stream beside the decoder, without decoding anything.
 *
 * zstd-codec says nothing when a file ends in the middle of a frame, and its heap cannot hold
 * every window. The walker reads only headers (RFC 8878, section 3.1) and so knows where the
 * stream stands when it ends, how large each frame's window is, and where bytes begin that belong
 * to no frame. It takes its input in pieces of any size.
 */

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;

/** A frame header is 2 to 14 bytes after its magic: descriptor, window, dictionary, content size. */
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];

/** The longest beginning of a frame that does not tell its window yet: magic, and all of its header. */
export const MAX_HEADER_BYTES = 4 + 14;

const BLOCK_HEADER_BYTES = 3;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;
const CHECKSUM_BYTES = 4;

export interface ZstdFrame {
  /** Offset of the frame's magic number in the file, and of the first byte behind the frame. */
  readonly start: number;
  /** Undefined until it has passed. */
  end: number | undefined;
  readonly windowBytes: number;
  readonly dictionaryId: number;
}

/** How the stream ended. */
export type ZstdEnd =
  | { readonly kind: 'complete' }
  /** `offset`: where the file ends; `frameStart`: the frame that is not whole. */
  | { readonly kind: 'truncated'; readonly offset: number; readonly frameStart: number }
  /** `offset`: the first byte that belongs to no frame, or the block that cannot be one. */
  | { readonly kind: 'garbage'; readonly offset: number };

type State =
  | 'magic'
  | 'skippable-size'
  | 'descriptor'
  | 'header'
  | 'block'
  | 'payload'
  | 'checksum';

export class ZstdFrameWalker {
  /** Frames that hold data and were not taken yet, in file order; skippable ones are only passed over. */
  #frames: ZstdFrame[] = [];

  #state: State = 'magic';
  /** Header bytes gathered so far; `payload` state skips instead of gathering. */
  #field = new Uint8Array(16);
  #have = 0;
  #need = 4;
  #skip = 0;
  #afterPayload: State = 'magic';
  #checksum = false;
  #offset = 0;
  #frameStart = 0;
  #garbageAt: number | undefined;

  /** @returns how many bytes of the piece belong to frames; fewer than all at garbage. */
  push(piece: Uint8Array): number {
    let at = 0;
    while (at < piece.length && this.#garbageAt === undefined) {
      if (this.#state === 'payload') {
        const step = Math.min(this.#skip, piece.length - at);
        at += step;
        this.#offset += step;
        this.#skip -= step;
        if (this.#skip === 0) this.#enter(this.#afterPayload);
        continue;
      }
      this.#field[this.#have++] = piece[at++]!;
      this.#offset++;
      if (this.#have === this.#need) this.#fieldComplete();
    }
    if (this.#garbageAt === undefined) return piece.length;
    return Math.max(0, at - (this.#offset - this.#garbageAt));
  }

  /** The frames since the last call, and once more the one that had not ended then. */
  takeFrames(): readonly ZstdFrame[] {
    const frames = this.#frames;
    const open = frames.at(-1);
    this.#frames = open && open.end === undefined ? [open] : [];
    return frames;
  }

  end(): ZstdEnd {
    if (this.#garbageAt !== undefined) return { kind: 'garbage', offset: this.#garbageAt };
    if (this.#state === 'magic' && this.#have === 0) return { kind: 'complete' };
    return { kind: 'truncated', offset: this.#offset, frameStart: this.#frameStart };
  }

  /** How many of the last bytes are the beginning of a frame whose header is not whole yet. */
  get headerBytes(): number {
    const isInHeader = ['magic', 'descriptor', 'header'].includes(this.#state);
    if (!isInHeader || this.#garbageAt !== undefined) return 0;
    return this.#state === 'magic' ? this.#have : this.#offset - this.#frameStart;
  }

  #enter(state: State): void {
    if (state === 'magic') this.#endFrame();
    this.#state = state;
    this.#have = 0;
    this.#need = {
      magic: 4,
      'skippable-size': 4,
      descriptor: 1,
      block: BLOCK_HEADER_BYTES,
      checksum: CHECKSUM_BYTES,
      header: 0,
      payload: 0,
    }[state];
  }

  #endFrame(): void {
    const frame = this.#frames.at(-1);
    // A skippable frame ends here too, behind a frame that has ended before.
    if (frame) frame.end ??= this.#offset;
  }

  #skipPayload(bytes: number, next: State): void {
    if (bytes === 0) {
      this.#enter(next);
      return;
    }
    this.#state = 'payload';
    this.#skip = bytes;
    this.#afterPayload = next;
  }

  #fieldComplete(): void {
    if (this.#state === 'magic') this.#magicComplete();
    else if (this.#state === 'skippable-size') this.#skipPayload(this.#number(0, 4), 'magic');
    else if (this.#state === 'descriptor') this.#descriptorComplete();
    else if (this.#state === 'header') this.#headerComplete();
    else if (this.#state === 'block') this.#blockComplete();
    else this.#enter('magic');
  }

  #magicComplete(): void {
    this.#frameStart = this.#offset - 4;
    const magic = this.#number(0, 4);
    if (magic === MAGIC) this.#enter('descriptor');
    else if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC) this.#enter('skippable-size');
    else this.#garbageAt = this.#frameStart;
  }

  #descriptorComplete(): void {
    const descriptor = this.#field[0]!;
    this.#checksum = (descriptor & 4) !== 0;
    this.#state = 'header';
    this.#need = 1 + headerLayout(descriptor).end;
  }

  #headerComplete(): void {
    const layout = headerLayout(this.#field[0]!);
    const dictionaryId = this.#number(
      1 + layout.dictionary,
      layout.contentSize - layout.dictionary,
    );
    const contentBytes = layout.end - layout.contentSize;
    const contentSize =
      this.#number(1 + layout.contentSize, contentBytes) + (contentBytes === 2 ? 256 : 0);
    let windowBytes = contentSize;
    if (!layout.singleSegment) {
      const window = this.#field[1]!;
      const base = 2 ** (10 + (window >> 3));
      windowBytes = base + (base / 8) * (window & 7);
    }
    this.#frames.push({ start: this.#frameStart, end: undefined, windowBytes, dictionaryId });
    this.#enter('block');
  }

  #blockComplete(): void {
    const header = this.#number(0, 3);
    const type = (header >> 1) & 3;
    if (type === RESERVED_BLOCK) {
      this.#garbageAt = this.#offset - BLOCK_HEADER_BYTES;
      return;
    }
    const lastBlock = (header & 1) !== 0;
    const size = type === RLE_BLOCK ? 1 : header >> 3;
    const afterLast = this.#checksum ? 'checksum' : 'magic';
    const next = lastBlock ? afterLast : 'block';
    this.#skipPayload(size, next);
  }

  /** Little-endian number of up to 8 bytes in the gathered field. */
  #number(from: number, bytes: number): number {
    let value = 0;
    for (let i = from + bytes - 1; i >= from; i--) value = value * 256 + this.#field[i]!;
    return value;
  }
}

/** Offsets of the optional header fields, counted after the descriptor byte. */
function headerLayout(descriptor: number) {
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionary = singleSegment ? 0 : 1;
  const contentSize = dictionary + DICTIONARY_ID_BYTES[descriptor & 3]!;
  const sizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6]!;
  const end = contentSize + (sizeBytes === 0 && singleSegment ? 1 : sizeBytes);
  return { singleSegment, dictionary, contentSize, end };
}
