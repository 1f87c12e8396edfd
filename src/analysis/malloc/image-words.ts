import type { Address } from '../../model/address.ts';
import type { ProcessImage } from '../../model/process-image.ts';

const PAGE = 4096;
const PAGES_KEPT = 64;

/** Single words of an image, through a few pages that are kept. */
export class ImageWords {
  readonly #image: ProcessImage;
  readonly #pages = new Map<Address, DataView>();

  constructor(image: ProcessImage) {
    this.#image = image;
  }

  /** Eight bytes, little endian, rounded above 2^53; undefined where they cannot be read. */
  word(address: Address): number | undefined {
    const low = this.half(address);
    const high = this.half(address + 4);
    return low === undefined || high === undefined ? undefined : low + high * 2 ** 32;
  }

  /** Four bytes. @param address a multiple of 4. */
  half(address: Address): number | undefined {
    const page = address - (address % PAGE);
    const view = this.#page(page);
    const at = address - page;
    return at + 4 <= view.byteLength ? view.getUint32(at, true) : undefined;
  }

  #page(start: Address): DataView {
    let view = this.#pages.get(start);
    if (view !== undefined) return view;
    const bytes = new Uint8Array(PAGE);
    view = new DataView(bytes.buffer, 0, this.#image.read(start, bytes));
    if (this.#pages.size >= PAGES_KEPT) this.#pages.delete(this.#pages.keys().next().value!);
    this.#pages.set(start, view);
    return view;
  }
}
