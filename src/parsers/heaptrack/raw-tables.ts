import { float64Column, uint32Column } from '../../model/columns.ts';
import type { TraceIndex } from '../../model/heap-profile.ts';
import { AddressTable, TAG } from './address-table.ts';
import { type AddressParts, addressOf } from './fields.ts';
import { ModuleMap, type Segment } from './module-map.ts';
import type { Tables } from './tables.ts';

/** A module record that names the traced program, which an `x` record has named before. */
const PROGRAM = 'x';
/** One that says that all modules before it are gone. */
const FORGET = '-';

const BATCH_LINES = 1000;

/** A record that the interpreter has to see before the call stack with this index. */
interface Passed {
  readonly before: TraceIndex;
  readonly record: Uint8Array;
}

/**
 * The tables of a raw recording: call stacks of addresses, and the modules that were loaded when
 * each first appeared. Code addresses are numbered as heaptrack_interpret numbers them.
 */
export class RawTables {
  readonly #tables: Tables;
  readonly #modules = new ModuleMap();
  readonly #stringOfPath = new Map<string, number>();
  readonly #ipOfAddress = new AddressTable();
  readonly #high = uint32Column();
  readonly #low = uint32Column();
  readonly #offset = float64Column();
  readonly #passed: Passed[] = [];
  #program = '';

  constructor(tables: Tables) {
    this.#tables = tables;
    // Index 0 says "none".
    this.#high.push(0);
    this.#low.push(0);
    this.#offset.push(Number.NaN);
  }

  get offset(): Float64Array {
    return this.#offset.values();
  }

  /** The program and its libraries, as the recording calls them. */
  get modulePaths(): Iterable<string> {
    return [this.#program, ...this.#stringOfPath.keys()];
  }

  setProgram(path: string, record: Uint8Array): void {
    this.#program = path;
    this.#pass(record);
  }

  /** @returns false when the record is damaged. */
  addModule(path: string, numbers: readonly number[], record: Uint8Array): boolean {
    if (path === FORGET) this.#modules.clear();
    else {
      const [base, ...extents] = numbers;
      if (base === undefined || extents.length % 2 === 1) return false;
      const segments: Segment[] = [];
      for (let i = 0; i < extents.length; i += 2) {
        const start = base + extents[i]!;
        segments.push({ start, end: start + extents[i + 1]! });
      }
      this.#modules.add(this.#string(path === PROGRAM ? this.#program : path), base, segments);
    }
    this.#pass(record);
    return true;
  }

  addTrace(address: AddressParts, parent: TraceIndex): void {
    this.#tables.addTrace(this.#ip(address), parent);
  }

  /** What the interpreter needs to name the addresses: modules and call stacks, no events. */
  *lines(version: string): Generator<Uint8Array> {
    yield Buffer.from(`${version}\n`);
    let next = 0;
    let batch = '';
    for (let trace = 1; trace < this.#tables.traceCount; trace++) {
      if (this.#passed[next]?.before === trace || trace % BATCH_LINES === 0) {
        yield Buffer.from(batch);
        batch = '';
      }
      for (; this.#passed[next]?.before === trace; next++) {
        yield Buffer.concat([this.#passed[next]!.record, Buffer.from('\n')]);
      }
      const { ip, parent } = this.#tables.trace(trace);
      const low = this.#low.get(ip).toString(16);
      const high = this.#high.get(ip);
      const address = high === 0 ? low : high.toString(16) + low.padStart(8, '0');
      batch += `t ${address} ${parent.toString(16)}\n`;
    }
    yield Buffer.from(batch);
  }

  #ip({ high, low }: AddressParts): number {
    if (high === 0 && low === 0) return 0;
    const slot = this.#ipOfAddress.findOrInsert(high, low);
    const known = this.#ipOfAddress.words[slot + TAG]!;
    if (known !== 0) return known;
    const ip = this.#tables.ipCount;
    this.#ipOfAddress.words[slot + TAG] = ip;
    const address = addressOf({ high, low });
    const found = typeof address === 'bigint' ? undefined : this.#modules.find(address);
    this.#tables.addIp(address, found?.module ?? 0);
    this.#high.push(high >>> 0);
    this.#low.push(low >>> 0);
    this.#offset.push(found?.offset ?? Number.NaN);
    return ip;
  }

  #string(path: string): number {
    const known = this.#stringOfPath.get(path);
    if (known !== undefined) return known;
    const index = this.#tables.strings.push(path) - 1;
    this.#stringOfPath.set(path, index);
    return index;
  }

  #pass(record: Uint8Array): void {
    this.#passed.push({ before: this.#tables.traceCount, record });
  }
}
