import type { MemoryUse } from '../../../knowledge/memory-uses.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { LogTime, SyscallEvent } from '../../../model/syscall-trace.ts';
import type { AddressSpace } from '../address-space.ts';
import type { MappedRow } from '../mapped-rows.ts';
import type { SpaceBytes } from '../memory-accounts.ts';
import type { RegionKind } from '../region.ts';
import type { SpaceWatch } from '../replayed-space.ts';

/** What an address space had mapped when a line of the log had taken effect. */
export interface MapSample {
  readonly line: number;
  /** Undefined where the log has no clock. */
  readonly time: LogTime | undefined;
  /** Where they begin in their files is not kept. */
  readonly rows: readonly MappedRow[];
  readonly count: number;
  /** All rows together. */
  readonly size: Bytes;
  readonly bytes: Readonly<SpaceBytes>;
  /** Heap and anonymous memory by what it is for, the largest first. */
  readonly uses: readonly SampledUse[];
}

/** How much memory of one use there was. */
export interface SampledUse {
  readonly use: MemoryUse;
  /** With any right. */
  readonly usable: Bytes;
}

/** A chart is no wider. */
const MOST_SAMPLES = 512;

/** Rows of all samples together; each takes 20 bytes. */
const MOST_ROWS = 1 << 20;

/** Address spaces with samples; when there are twice as many, those that were largest stay. */
const KEPT_SPACES = 64;

/**
 * Of a build with thousands of processes each makes a hundred calls. Each time so many samples were taken,
 * those of processes that begin now are as many calls further apart.
 */
const MANY_TAKEN = 1 << 12;

/** A sample costs as much as there are rows: of larger maps one is taken less often. */
const FEW_ROWS = 512;

/**
 * Keeps maps of a log at moments that lie evenly between its memory calls: all where there are few, and
 * half of them, each time there are too many.
 */
export class MapSamples implements SpaceWatch {
  readonly #spaces = new Map<AddressSpace, SpaceSamples>();
  readonly #natures = new Natures();
  #rows = 0;
  #taken = 0;

  applied(space: AddressSpace, { line, time }: SyscallEvent): void {
    const known = this.#spaces.get(space) ?? this.#begin(space);
    known.calls++;
    known.line = line;
    known.time = time;
    if (known.calls >= known.due) this.#look(space, known);
  }

  /** In the order of the log, the last moment of the space at their end. */
  of(space: AddressSpace): readonly MapSample[] {
    const known = this.#spaces.get(space);
    if (known === undefined) return [];
    this.#look(space, known);
    return known.samples.map((one) => one.sample(this.#natures));
  }

  #begin(space: AddressSpace): SpaceSamples {
    if (this.#spaces.size >= 2 * KEPT_SPACES) this.#keepLargest(KEPT_SPACES);
    const known = new SpaceSamples(1 + Math.floor(this.#taken / MANY_TAKEN));
    this.#spaces.set(space, known);
    return known;
  }

  #look(space: AddressSpace, known: SpaceSamples): void {
    const before = known.rows;
    known.look(space, this.#natures);
    this.#taken++;
    this.#rows += known.rows - before;
    while (this.#rows > MOST_ROWS && this.#thin());
  }

  /** @returns whether anything could be given up. */
  #thin(): boolean {
    let hasThinned = false;
    for (const known of this.#spaces.values()) hasThinned = known.thin() || hasThinned;
    if (!hasThinned) {
      if (this.#spaces.size < 2) return false;
      this.#keepLargest(this.#spaces.size >> 1);
    }
    this.#rows = 0;
    for (const { rows } of this.#spaces.values()) this.#rows += rows;
    return true;
  }

  #keepLargest(count: number): void {
    const largestFirst = [...this.#spaces.keys()].sort((a, b) => b.peakTotal - a.peakTotal);
    for (const space of largestFirst.slice(count)) {
      this.#rows -= this.#spaces.get(space)!.rows;
      this.#spaces.delete(space);
    }
  }
}

/** The samples of one address space. */
class SpaceSamples {
  samples: PackedMap[] = [];
  rows = 0;
  /** Memory calls so far, and the latest of them. */
  calls = 0;
  line = 0;
  time: LogTime | undefined;
  /** The count of calls from which on the next sample is wanted. */
  due: number;
  #interval: number;
  #seen = 0;

  constructor(interval: number) {
    this.#interval = interval;
    this.due = interval;
  }

  look(space: AddressSpace, natures: Natures): void {
    if (this.calls === this.#seen) return;
    this.#seen = this.calls;
    const map = new PackedMap(this.line, this.time, space, natures);
    this.samples.push(map);
    this.rows += map.count;
    if (this.samples.length > MOST_SAMPLES) this.thin();
    this.due = this.calls + Math.max(this.#interval, map.count > FEW_ROWS ? map.count >> 1 : 1);
  }

  /** Gives up every second sample; the latest stays. */
  thin(): boolean {
    const { length } = this.samples;
    if (length < 2) return false;
    this.samples = this.samples.filter((_, i) => (length - 1 - i) % 2 === 0);
    this.rows = this.samples.reduce((sum, { count }) => sum + count, 0);
    this.#interval *= 2;
    return true;
  }
}

interface Nature {
  readonly kind: RegionKind;
  readonly protection: number;
  readonly shared: boolean;
  readonly path: string | undefined;
}

/** What rows of maps have in common, each once: there are few, and many rows. */
class Natures {
  readonly #all: Nature[] = [];
  readonly #indexes = new Map<string, number>();

  /** Neighbours are often alike. */
  #last = 0;

  indexOf({ kind, protection, shared, path }: Nature): number {
    const last = this.#all[this.#last];
    const isLast =
      last !== undefined &&
      last.kind === kind &&
      last.protection === protection &&
      last.shared === shared &&
      last.path === path;
    if (isLast) return this.#last;
    const key = `${kind} ${protection} ${shared} ${path ?? ''}`;
    const known = this.#indexes.get(key);
    if (known === undefined) this.#indexes.set(key, this.#all.length);
    this.#last = known ?? this.#all.push({ kind, protection, shared, path }) - 1;
    return this.#last;
  }

  at(index: number): Nature {
    return this.#all[index]!;
  }
}

/** A map in as little memory as it needs. */
class PackedMap {
  readonly line: number;
  readonly #time: LogTime | undefined;
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #natures: Uint32Array;
  readonly #bytes: Readonly<SpaceBytes>;
  readonly #uses: readonly SampledUse[];

  constructor(line: number, time: LogTime | undefined, space: AddressSpace, natures: Natures) {
    const rows = space.regions;
    this.line = line;
    this.#time = time;
    this.#starts = Float64Array.from(rows, ({ start }) => start);
    this.#ends = Float64Array.from(rows, ({ end }) => end);
    this.#natures = Uint32Array.from(rows, (row) => natures.indexOf(row));
    this.#bytes = { ...space.bytes };
    this.#uses = space.uses
      .flatMap(({ use, usable }) => (usable > 0 ? [{ use, usable }] : []))
      .sort((a, b) => b.usable - a.usable);
  }

  get count(): number {
    return this.#natures.length;
  }

  sample(natures: Natures): MapSample {
    const [starts, ends] = [this.#starts, this.#ends];
    const row = (nature: number, i: number): MappedRow => ({
      start: starts[i]!,
      end: ends[i]!,
      offset: 0,
      ...natures.at(nature),
    });
    const unpack = () => Array.from(this.#natures, row);
    return {
      line: this.line,
      time: this.#time,
      count: this.count,
      size: ends.reduce((sum, end, i) => sum + end - starts[i]!, 0),
      bytes: this.#bytes,
      uses: this.#uses,
      get rows() {
        return unpack();
      },
    };
  }
}
