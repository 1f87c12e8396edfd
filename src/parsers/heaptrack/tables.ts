import type { CodeAddress } from '../../model/address.ts';
import { float64Column, uint32Column } from '../../model/columns.ts';
import type { CallStacks, IpIndex, StringIndex, TraceIndex } from '../../model/heap-profile.ts';

/**
 * Functions that stand between every C++ allocation and its caller. heaptrack leaves them out by
 * exact name; other forms (nothrow, aligned) stay.
 */
const OPERATOR_NEW = new Set([
  'operator new(unsigned long)',
  'operator new[](unsigned long)',
  'operator new(unsigned int)',
  'operator new[](unsigned int)',
]);

/** The tables that costs refer to. */
export interface ProfileTables extends CallStacks {
  /** Stacks that ended in `operator new`, which is left out of them. */
  readonly operatorNewTraces: ReadonlySet<TraceIndex>;
}

/** The tables that events refer to: strings, instruction pointers, call stacks. */
export class Tables {
  readonly strings: string[] = [''];

  readonly #address = float64Column();
  readonly #wide = new Map<IpIndex, bigint>();
  readonly #module = uint32Column();
  readonly #frameStart = uint32Column();
  readonly #function = uint32Column();
  readonly #file = uint32Column();
  readonly #line = uint32Column();

  readonly #traceIp = uint32Column();
  readonly #traceParent = uint32Column();

  readonly #operatorNewIps = new Set<IpIndex>();
  readonly #operatorNewTraces = new Set<TraceIndex>();

  constructor() {
    // Index 0 says "none" in both tables.
    this.addIp(0, 0);
    this.#traceIp.push(0);
    this.#traceParent.push(0);
  }

  get ipCount(): number {
    return this.#address.length;
  }

  get traceCount(): number {
    return this.#traceIp.length;
  }

  /** The frames of the new pointer follow with `addFrame`, innermost first. */
  addIp(address: CodeAddress, module: StringIndex): void {
    if (typeof address === 'bigint') this.#wide.set(this.ipCount, address);
    this.#address.push(Number(address));
    this.#module.push(module);
    this.#frameStart.push(this.#function.length);
  }

  addFrame(name: StringIndex, file: StringIndex, line: number): void {
    const isFirst = this.#frameStart.get(this.ipCount - 1) === this.#function.length;
    if (isFirst && OPERATOR_NEW.has(this.strings[name]!))
      this.#operatorNewIps.add(this.ipCount - 1);
    this.#function.push(name);
    this.#file.push(file);
    this.#line.push(line);
  }

  /** A stack that ends in `operator new` stands for its caller's. */
  addTrace(ip: IpIndex, parent: TraceIndex): void {
    const skipped = this.#operatorNewIps.has(ip);
    if (skipped) this.#operatorNewTraces.add(this.traceCount);
    this.#traceIp.push(skipped ? this.#traceIp.get(parent) : ip);
    this.#traceParent.push(skipped ? this.#traceParent.get(parent) : parent);
  }

  trace(index: TraceIndex): { ip: IpIndex; parent: TraceIndex } {
    return { ip: this.#traceIp.get(index), parent: this.#traceParent.get(index) };
  }

  finish(): ProfileTables {
    const count = this.ipCount;
    this.#frameStart.push(this.#function.length);
    return {
      strings: this.strings,
      ips: {
        count,
        address: this.#address.values(),
        ...(this.#wide.size > 0 && { wide: this.#wide }),
        module: this.#module.values(),
        frameStart: this.#frameStart.values(),
        frames: {
          function: this.#function.values(),
          file: this.#file.values(),
          line: this.#line.values(),
        },
      },
      traces: {
        count: this.traceCount,
        ip: this.#traceIp.values(),
        parent: this.#traceParent.values(),
      },
      operatorNewTraces: this.#operatorNewTraces,
    };
  }
}
