import {
  COLLECTS,
  CONTAINERS,
  type Container,
  GROWS_BY_MANY,
  GROWS_EXACTLY,
  ONE_PER_TYPE,
  ONE_PIECE,
  refineRustVec,
} from '../../../knowledge/containers.ts';
import { elementTypeOf, type NamedType } from '../../../knowledge/element-sizes.ts';
import { isLibraryFrame } from '../../../knowledge/library-frames.ts';
import type {
  IpIndex,
  SizedProfile,
  StringIndex,
  TraceIndex,
} from '../../../model/heap-profile.ts';

const NAMED_CONTAINERS = Object.values(CONTAINERS).filter(({ grows }) => grows !== undefined);

/** Not yet looked at. */
const UNKNOWN = -2;
const NONE = -1;

/** Code addresses from an allocation to own code; an interpreter's stacks have none, and are long. */
const DEEPEST = 16;

/** Further out a container's function only calls, in the end, something that allocates. */
const DEEPEST_CONTAINER = 8;

/** What lies between an allocation and the program's own code. */
export interface GrowthStack {
  /** The container in whose functions it allocates; undefined where no name tells one. */
  readonly container: number | undefined;
  /**
   * A number for the functions between the container's innermost and the program's own code: equal for
   * containers of one type that grow in the same way.
   */
  readonly path: number;
  /** The innermost function that exists once per element type; 0 where none was seen. */
  readonly typeFunction: StringIndex;
  /** The stack that ends in the program's own code; 0 where all of it is library code. */
  readonly ownTrace: TraceIndex;
  readonly ownFunction: StringIndex;
}

/** What the names between an allocation and the program's own code say. */
export interface GrowthNames {
  readonly container: Container | undefined;
  /** The function that tells the container. */
  readonly evidence: string | undefined;
  readonly elementType: NamedType | undefined;
  readonly isOnePiece: boolean;
  readonly growsExactly: boolean;
  readonly growsByMany: boolean;
  readonly collects: boolean;
}

const REALLOC = /(?:^|[:\d_])realloc(?:::h[0-9a-f]{16})?$/;

/** Reads stacks from the allocation up to the program's own code; what it finds out it remembers. */
export class GrowthStackReader {
  readonly #profile: SizedProfile;
  /** By string index: which container grows in a function of this name. */
  readonly #containerOf: Int8Array;
  /** By string index: whether such a function exists once per element type. */
  readonly #ofOneType: Int8Array;
  /**
   * By code address: its first frame of own code, counted in `frames`, and the end of its frames where
   * it has no names; NONE where all are library code.
   */
  readonly #ownFrame: Int32Array;
  /** By code address: whether it is a call of `realloc`, as far as names say. */
  readonly #isRealloc: Int8Array;

  constructor(profile: SizedProfile) {
    this.#profile = profile;
    this.#containerOf = new Int8Array(profile.strings.length).fill(UNKNOWN);
    this.#ofOneType = new Int8Array(profile.strings.length).fill(UNKNOWN);
    this.#ownFrame = new Int32Array(profile.ips.count).fill(UNKNOWN);
    this.#isRealloc = new Int8Array(profile.ips.count).fill(UNKNOWN);
  }

  read(trace: TraceIndex): GrowthStack {
    const { traces, ips } = this.#profile;
    let container: number | undefined;
    let path = 0;
    let typeFunction = 0;
    let depth = 0;
    for (let at = trace; at !== 0 && depth < DEEPEST; at = traces.parent[at]!, depth++) {
      const ip = traces.ip[at]!;
      const own = this.#firstOwnFrame(ip);
      const end = own === NONE ? ips.frameStart[ip + 1]! : own;
      for (let frame = ips.frameStart[ip]!; frame < end; frame++) {
        const name = ips.frames.function[frame]!;
        if (container === undefined) {
          if (depth >= DEEPEST_CONTAINER) break;
          const found = this.#containerIn(name);
          if (found === NONE) continue;
          container = found;
        }
        path = (Math.imul(path, 31) + name) | 0;
        if (typeFunction === 0 && this.#isOfOneType(name)) typeFunction = name;
      }
      if (own === NONE) continue;
      const ownFunction = own < ips.frameStart[ip + 1]! ? ips.frames.function[own]! : 0;
      return { container, path, typeFunction, ownTrace: at, ownFunction };
    }
    return { container, path, typeFunction, ownTrace: 0, ownFunction: 0 };
  }

  /** The first frame of the program's own code, counted from the allocation; undefined for none. */
  ownFrameDepth(trace: TraceIndex): number | undefined {
    const { traces, ips } = this.#profile;
    let depth = 0;
    for (let at = trace; at !== 0; at = traces.parent[at]!) {
      const ip = traces.ip[at]!;
      const first = ips.frameStart[ip]!;
      const own = this.#firstOwnFrame(ip);
      if (own !== NONE) return depth + own - first;
      // A place without names is shown as one frame.
      depth += Math.max(1, ips.frameStart[ip + 1]! - first);
    }
    return undefined;
  }

  /** The whole story of a stack; slower than `read`, for those that turned out to grow. */
  names(trace: TraceIndex): GrowthNames {
    const names = this.#libraryNames(trace);
    const { container: index } = this.read(trace);
    const named = index === undefined ? undefined : NAMED_CONTAINERS[index];
    const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
    return {
      container: named?.kind === 'rust-vec' ? refineRustVec(names) : named,
      evidence: named && names.find((name) => named.grows!.test(name)),
      elementType: named && this.#elementType(names),
      isOnePiece: has(ONE_PIECE),
      growsExactly: has(GROWS_EXACTLY),
      growsByMany: has(GROWS_BY_MANY),
      collects: has(COLLECTS),
    };
  }

  /** Whether a name says that the block was made from a smaller one. */
  isRealloc(trace: TraceIndex): boolean {
    const { ips, strings, traces } = this.#profile;
    const ip = traces.ip[trace]!;
    if (this.#isRealloc[ip] === UNKNOWN) {
      const names = ips.frames.function.subarray(ips.frameStart[ip]!, ips.frameStart[ip + 1]!);
      this.#isRealloc[ip] = names.some((name) => REALLOC.test(strings[name]!)) ? 1 : 0;
    }
    return this.#isRealloc[ip] === 1;
  }

  /** The same for a row of the allocation table. */
  isReallocRow(row: number): boolean {
    return this.isRealloc(this.#profile.allocations.trace[row]!);
  }

  /** The container that the names tell; Rust's vector and what is built on it are not told apart. */
  containerOf(trace: TraceIndex): Container | undefined {
    const { container } = this.read(trace);
    return container === undefined ? undefined : NAMED_CONTAINERS[container];
  }

  /** Equal for call stacks that allocate in the same way at the same line of the program's own code. */
  placeKey(trace: TraceIndex): string {
    const { traces } = this.#profile;
    const { container, path, ownTrace } = this.read(trace);
    const ip = traces.ip[container === undefined || ownTrace === 0 ? trace : ownTrace]!;
    return `${ip} ${container} ${path}`;
  }

  #elementType(names: readonly string[]): NamedType | undefined {
    for (const name of names) {
      const type = elementTypeOf(name);
      if (type) return type;
    }
    return undefined;
  }

  #libraryNames(trace: TraceIndex): string[] {
    const { traces, ips, strings } = this.#profile;
    const names: string[] = [];
    for (let at = trace; at !== 0; at = traces.parent[at]!) {
      const ip = traces.ip[at]!;
      const own = this.#firstOwnFrame(ip);
      const end = own === NONE ? ips.frameStart[ip + 1]! : own;
      for (let frame = ips.frameStart[ip]!; frame < end; frame++) {
        names.push(strings[ips.frames.function[frame]!]!);
      }
      if (own !== NONE) break;
    }
    return names;
  }

  #containerIn(name: StringIndex): number {
    let container = this.#containerOf[name]!;
    if (container === UNKNOWN) {
      const text = this.#profile.strings[name]!;
      container = NAMED_CONTAINERS.findIndex(({ grows }) => grows!.test(text));
      this.#containerOf[name] = container;
    }
    return container;
  }

  #isOfOneType(name: StringIndex): boolean {
    if (this.#ofOneType[name] === UNKNOWN) {
      this.#ofOneType[name] = ONE_PER_TYPE.test(this.#profile.strings[name]!) ? 1 : 0;
    }
    return this.#ofOneType[name] === 1;
  }

  #firstOwnFrame(ip: IpIndex): number {
    const known = this.#ownFrame[ip]!;
    if (known !== UNKNOWN) return known;
    const { ips, strings } = this.#profile;
    const text = (index: StringIndex) => strings[index] || undefined;
    const module = text(ips.module[ip]!);
    const { frames, frameStart } = ips;
    const first = frameStart[ip]!;
    // A code address without any name may be the program's own code as well.
    const isNameless = first === frameStart[ip + 1];
    let own = isNameless && !isLibraryFrame(undefined, undefined, module) ? first : NONE;
    for (let frame = first; frame < frameStart[ip + 1]!; frame++) {
      const name = text(frames.function[frame]!);
      if (isLibraryFrame(name, text(frames.file[frame]!), module)) continue;
      own = frame;
      break;
    }
    this.#ownFrame[ip] = own;
    return own;
  }
}
