import { type Address, parseAddress } from '../model/address.ts';
import type { Bytes } from '../model/bytes.ts';

/** `55a5684f5000-55a5684f7000 r--p 00000000 fe:00 1687841   /path/program`, as in /proc/PID/maps. */
const ROW = /^\s*([0-9a-f]+)-([0-9a-f]+) [-rwxsp]{4} ([0-9a-f]+) [0-9a-f]+:[0-9a-f]+ \d+\s*(.*)$/i;

interface Mapping {
  readonly start: Address;
  readonly end: Address;
  readonly file: string;
  /** Where the file's beginning lies, or would. */
  readonly base: Address;
}

/** Where a profile says that programs and libraries were mapped, to tell whose code an address is. */
export class MappedLibraries {
  readonly #mappings: Mapping[] = [];
  #isSorted = true;

  /** Takes a row of the map. @returns false for a line that is none. */
  add(text: string): boolean {
    const [, from, to, past, name] = ROW.exec(text) ?? [];
    if (from === undefined) return false;
    const [start, end, offset] = [from, to!, past!].map(parseAddress);
    if (start === undefined || end === undefined || offset === undefined || end < start) {
      return false;
    }
    if (name!.startsWith('/')) {
      this.#mappings.push({ start, end, file: name!, base: start - offset });
      this.#isSorted = false;
    }
    return true;
  }

  /** The file of the lowest mapping: the kernel puts the program below its libraries. */
  get program(): string | undefined {
    return this.#sorted()[0]?.file;
  }

  /** Whose code lies at an address. */
  moduleAt(address: Address): { readonly file: string; readonly offset: Bytes } | undefined {
    const mappings = this.#sorted();
    let [low, high] = [0, mappings.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (mappings[middle]!.end <= address) low = middle + 1;
      else high = middle;
    }
    const found = mappings[low];
    if (found === undefined || address < found.start) return undefined;
    return { file: found.file, offset: address - found.base };
  }

  #sorted(): readonly Mapping[] {
    if (!this.#isSorted) {
      this.#mappings.sort((a, b) => a.start - b.start);
      this.#isSorted = true;
    }
    return this.#mappings;
  }
}
