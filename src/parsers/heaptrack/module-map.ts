import type { Address } from '../../model/address.ts';
import { firstIndex } from '../../model/binary-search.ts';
import type { StringIndex } from '../../model/heap-profile.ts';

/** A loadable part of a module: addresses from `start` to `end`, that included, as heaptrack does. */
export interface Segment {
  readonly start: Address;
  readonly end: Address;
}

interface LoadedSegment extends Segment {
  readonly module: StringIndex;
  /** Where the module was loaded, which its offsets count from. */
  readonly base: Address;
}

/** Which module lies where, at one time of the recording. */
export class ModuleMap {
  #segments: LoadedSegment[] = [];
  #isSorted = true;

  /** A new list follows. */
  clear(): void {
    this.#segments = [];
  }

  add(module: StringIndex, base: Address, segments: readonly Segment[]): void {
    for (const segment of segments) this.#segments.push({ ...segment, module, base });
    this.#isSorted = false;
  }

  /** The module at an address, and the offset in it. */
  find(address: Address): { module: StringIndex; offset: number } | undefined {
    if (!this.#isSorted) this.#segments.sort((a, b) => a.start - b.start);
    this.#isSorted = true;
    const behind = firstIndex(this.#segments.length, (i) => this.#segments[i]!.start > address);
    const segment = this.#segments[behind - 1];
    if (segment === undefined || address > segment.end) return undefined;
    return { module: segment.module, offset: address - segment.base };
  }
}
