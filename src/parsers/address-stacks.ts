import type { Address } from '../model/address.ts';
import { baseName } from '../model/base-name.ts';
import { float64Column, uint32Column } from '../model/columns.ts';
import type { CallStacks } from '../model/heap-profile.ts';
import type { MappedLibraries } from './mapped-libraries.ts';
import { type CapturedFrame, type FrameId, StackTables } from './stack-tables.ts';

/** The allocator's own code stands at the end of each stack that it took. */
const ALLOCATOR = /^lib(?:jemalloc|tcmalloc)/;

/**
 * Stacks of return addresses, whose modules are known only when all is read. An address is shown as that
 * of the call, one byte before.
 */
export class AddressStacks {
  readonly #addresses = float64Column();
  readonly #starts = uint32Column();
  /** Stacks whose functions the capture names itself, innermost first. */
  readonly #named = new Map<number, readonly CapturedFrame[]>();

  constructor() {
    this.#starts.push(0);
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  /** Adds a stack, innermost first. */
  add(addresses: readonly Address[]): void {
    for (const address of addresses) this.#addresses.push(address);
    this.#starts.push(this.#addresses.length);
  }

  /** Names the functions of the last stack. */
  name(frames: readonly CapturedFrame[]): void {
    this.#named.set(this.count - 1, frames);
  }

  /** The tables, and the trace of each stack. */
  finish(libraries: MappedLibraries): {
    readonly stacks: CallStacks;
    readonly traces: Uint32Array;
  } {
    const tables = new StackTables();
    const idOf = new Map<Address, FrameId>();
    const idOfNamed = new Map<string, FrameId>();
    const frameAt = (address: Address): FrameId => {
      let id = idOf.get(address);
      if (id === undefined) {
        id = tables.addFrame(frameOf(address - 1, libraries));
        idOf.set(address, id);
      }
      return id;
    };
    const namedFrame = (frame: CapturedFrame): FrameId => {
      const key = `${frame.address} ${frame.name} ${frame.file}:${frame.line}`;
      let id = idOfNamed.get(key);
      if (id === undefined) {
        id = tables.addFrame(frame);
        idOfNamed.set(key, id);
      }
      return id;
    };
    const traces = new Uint32Array(this.count);
    for (let stack = 0; stack < this.count; stack++) {
      const ids = this.#named.get(stack)?.map(namedFrame) ?? this.#addressesOf(stack).map(frameAt);
      const first = ids.findIndex((id) => !ALLOCATOR.test(baseName(tables.frame(id).module)));
      traces[stack] = tables.stackOf(ids, Math.max(0, first));
    }
    return { stacks: tables.finish(), traces };
  }

  #addressesOf(stack: number): Address[] {
    const from = this.#starts.get(stack);
    return Array.from({ length: this.#starts.get(stack + 1) - from }, (_, i) =>
      this.#addresses.get(from + i),
    );
  }
}

function frameOf(address: Address, libraries: MappedLibraries): CapturedFrame {
  const found = libraries.moduleAt(address);
  return {
    address,
    name: '',
    file: '',
    line: 0,
    module: found?.file ?? '',
    ...(found && { offset: found.offset }),
  };
}
