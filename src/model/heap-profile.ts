import type { CodeAddress } from './address.ts';
import type { Bytes } from './bytes.ts';
import type { Timeline } from './timeline.ts';

/** Indexes count from 1 in strings, instruction pointers and traces; 0 says "none". */
export type StringIndex = number;
export type IpIndex = number;
export type TraceIndex = number;

/**
 * Instruction pointers and what stands there. The functions of one pointer are `frames` from
 * `frameStart[ip]` to `frameStart[ip + 1]`: first the innermost inlined one, last the real one.
 */
export interface IpTable {
  readonly count: number;
  readonly address: Float64Array;
  /** Those addresses that a double does not hold, which `address` has rounded; see `addressAt`. */
  readonly wide?: ReadonlyMap<IpIndex, bigint>;
  readonly module: Uint32Array;
  /**
   * Addresses less where their module was loaded, as `module+0x1a2b` shows them; NaN outside of all
   * modules. Only raw recordings say where modules were loaded.
   */
  readonly offset?: Float64Array;
  readonly frameStart: Uint32Array;
  readonly frames: {
    readonly function: Uint32Array;
    readonly file: Uint32Array;
    readonly line: Uint32Array;
  };
}

/** The address of an instruction pointer, exact. */
export const addressAt = ({ address, wide }: IpTable, ip: IpIndex): CodeAddress =>
  wide?.get(ip) ?? address[ip]!;

/** Call stacks as a tree: each trace is an instruction pointer and the trace of its caller. */
export interface TraceTable {
  readonly count: number;
  readonly ip: Uint32Array;
  readonly parent: Uint32Array;
}

/**
 * What each call stack cost itself, without those that it called, by trace index. A profile has the
 * columns that its recorder counts: one that is missing is not known, which is no zero.
 */
export interface CostColumns {
  /** Allocations. */
  readonly calls?: Float64Array;
  /** Allocations followed directly by their free, as `temporaryRule` tells them. */
  readonly temporary?: Float64Array;
  /** Bytes that were live when the whole heap was largest. */
  readonly peak?: Float64Array;
  /** Bytes that were live at the end. */
  readonly leaked?: Float64Array;
  /** Bytes of all requests, frees not subtracted. */
  readonly allocated?: Float64Array;
  /** Blocks that were live when the whole heap was largest. */
  readonly peakBlocks?: Float64Array;
  /** Blocks that were live at the end. */
  readonly leakedBlocks?: Float64Array;
  /** Bytes that the program read in its blocks, each as often as it was read; not in those of others. */
  readonly reads?: Float64Array;
  /** The same of bytes written. */
  readonly writes?: Float64Array;
  /** Calls of memcpy and its like, and the bytes that they copied. */
  readonly copies?: Float64Array;
  readonly copied?: Float64Array;
  /** What the program itself said happened, and how much of it, in a unit of its own. */
  readonly events?: Float64Array;
  readonly units?: Float64Array;
}

/** Why a cost is not exactly what was. */
export interface Inexactness {
  /** `at-least`: the truth may be more; `sampled`: scaled up from a part of the allocations. */
  readonly kind: 'at-least' | 'sampled';
  /** A clause for the user: `massif looks for a new peak only where something is freed`. */
  readonly because: string;
}

/** What happened to the allocations of one size from one call stack; one row per such pair. */
export interface AllocationTable {
  readonly count: number;
  /** Bytes requested, per call. */
  readonly size: Float64Array;
  readonly trace: Uint32Array;
  readonly calls: Float64Array;
  /** Allocations not freed at the end. */
  readonly live: Float64Array;
  /** Allocations that were live when the whole heap was largest. */
  readonly atPeak: Float64Array;
  /** Allocations followed directly by their free, as `temporaryRule` tells them. */
  readonly temporary: Float64Array;
}

/**
 * How blocks made place for larger ones, which is how containers grow: a block was freed and a larger
 * one of the same call stack allocated, one directly after the other. A row per pair of sizes.
 */
export interface GrowthSteps {
  readonly count: number;
  /** Rows of the allocation table: what was there before, and what came in its place. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Steps in which the smaller block was freed first, as `realloc` does. */
  readonly moved: Float64Array;
  /** Steps in which it was freed after the larger was there: the program copied. */
  readonly copied: Float64Array;
}

/**
 * What only a recording with addresses tells (raw recordings, and those of file version 0). In a
 * window all of it counts what happened in the window, whenever the blocks were allocated.
 */
export interface ExactFacts {
  /** By row of the allocation table. */
  readonly rows: {
    /** Seconds from allocation to free, summed over the freed, which are `calls` less `live`. */
    readonly lifetime: Float64Array;
    /** Allocations directly after the free of a smaller block, as `realloc` makes them. */
    readonly grown: Float64Array;
    /** Those of them that got the address of the freed block. */
    readonly grownInPlace: Float64Array;
  };
  /**
   * How many blocks lived how long, by the recorder's clock, which ticks about every 10 ms: at 0
   * those freed before it moved, at n those freed after 2^(n-1) to 2^n - 1 milliseconds.
   */
  readonly lifetimes: Float64Array;
  /** Sum of `lifetimes`. */
  readonly freed: number;
  /** Blocks that were live at the end. */
  readonly neverFreed: number;
  /** At n, how many blocks grew for the nth time, each in place of the one before; at most 31. */
  readonly chains: Float64Array;
  /** `chains` also count blocks that took the place of freed ones and did not grow out of them. */
  readonly areChainsMixed?: boolean;
  /** Frees of addresses that the recording did not see allocated: attached later, or damaged. */
  readonly unknownFrees: number;
  /** Allocations at an address that was live: the free before is missing. The old block stays live. */
  readonly lostFrees: number;
  readonly lostBytes: Bytes;
}

/**
 * What each call stack had cost up to one time, since the recording began, window or not. Columns by
 * trace index; traces that came later are missing at the end.
 */
export interface HeapSnapshot extends Pick<CostColumns, 'calls' | 'temporary' | 'allocated'> {
  /** Seconds. */
  readonly time: number;
  /** Bytes that were live then. */
  readonly live: Float64Array;
}

/**
 * What became of the blocks of each call stack between their allocation and their free. Columns by
 * trace index; each stands for the blocks that `calls` counts. Bytes read and written are costs.
 */
export interface BlockUses {
  /** By the profile's clock from allocation to free, or to the end, summed over the blocks. */
  readonly lifetime?: Float64Array;
  /** Blocks that lived at most so long are short-lived. */
  readonly shortLife?: number;
  /** How often each byte of a block was accessed, summed over the blocks, of stacks whose blocks have one size. */
  readonly accesses?: ReadonlyMap<TraceIndex, Float64Array>;
}

/**
 * What the times of a recording count instead of seconds, where its recorder measures the program's
 * work: instructions, bytes allocated and freed, or events of its log.
 */
export type WorkClock = 'instructions' | 'bytes' | 'events';

/** The program that wrote a recording. */
export interface Recorder {
  readonly tool: string;
  /** `1.4.0`; undefined where the file does not say. */
  readonly version: string | undefined;
  /** It writes down addresses and modules alone, and no names of functions. */
  readonly isNameless?: boolean;
  /** How it records so that blocks are told apart, where it can: `heaptrack --raw`. */
  readonly tellsBlocksWith?: string;
}

/** What a recording says about itself. */
export interface Recording {
  readonly recorder: Recorder;
  /** Of the file's form, where that has one. */
  readonly fileVersion: number | undefined;
  readonly debuggee: string | undefined;
  readonly pageBytes: Bytes | undefined;
  readonly systemBytes: Bytes | undefined;
  /** The recorder was attached to a running process. */
  readonly attached: boolean;
  /** The program went on: what was live at the end of the recording is no leak. */
  readonly isSnapshot?: boolean;
  /** Leak suppressions that the program carries itself, as written. */
  readonly suppressions: readonly string[];
}

/** Each is undefined where it was not recorded. */
export interface HeapTotals {
  readonly calls: number | undefined;
  readonly temporary: number | undefined;
  /** Sum of all requests, frees not subtracted. */
  readonly allocated: Bytes | undefined;
  readonly peak: Bytes | undefined;
  /** Seconds from the start of the recording to the moment when the peak was first reached. */
  readonly peakTime: number | undefined;
  /** Live at the end of the recording, before suppressions. */
  readonly leaked: Bytes | undefined;
  /** Largest resident size, the recorder's own memory included. */
  readonly peakResident: Bytes | undefined;
  /** Seconds. */
  readonly runtime: number | undefined;
}

/** All call stacks of a recording. */
export interface CallStacks {
  readonly strings: readonly string[];
  readonly ips: IpTable;
  /** A parent stands before its children. */
  readonly traces: TraceTable;
}

/** A heap recording, folded: no single events, but every cost by call stack. */
export interface HeapProfile extends CallStacks {
  readonly kind: 'heap-profile';
  readonly recording: Recording;
  readonly costs: CostColumns;
  /** Costs that are not exact, and why. */
  readonly inexact: { readonly [Kind in keyof CostColumns]?: Inexactness };
  /** The same by size and call stack; undefined where the recorder keeps no sizes. */
  readonly allocations: AllocationTable | undefined;
  readonly totals: HeapTotals;
  /** What every time of the profile counts; seconds where left out. */
  readonly clock?: WorkClock;
  /** Absent where the recorder follows no blocks. */
  readonly uses?: BlockUses;
  /** Undefined where the recorder has no clock. */
  readonly timeline: Timeline | undefined;
  /**
   * Seconds, where only a part of the recording was asked for. Calls and temporary allocations are
   * then those in between; `live` and `leaked` are what was added in between, and may be negative.
   */
  readonly window: { readonly from: number; readonly to: number } | undefined;
  /** Rows of `allocations`; undefined where they were not asked for, or not recorded. */
  readonly growthSteps: GrowthSteps | undefined;
  /** None where they were not asked for, or not recorded. */
  readonly snapshots: readonly HeapSnapshot[];
  /**
   * What counts as temporary: `exact` an allocation followed directly by the free of that block;
   * `same-info` by the free of any block of its size and call stack, which counts too many, and is
   * all that an interpreted recording can tell. Undefined where nobody counted.
   */
  readonly temporaryRule: 'exact' | 'same-info' | undefined;
  /** Undefined where the recording does not tell blocks apart. */
  readonly exact: ExactFacts | undefined;
}

/** A profile whose recorder keeps the sizes of allocations. */
export type SizedProfile = HeapProfile & { readonly allocations: AllocationTable };

export function hasSizes(profile: HeapProfile): profile is SizedProfile {
  return profile.allocations !== undefined;
}

/** What to read of a heap recording beside its costs. */
export interface HeapRequest {
  /** Seconds; `to` may be Infinity. */
  readonly window?: { readonly from: number; readonly to: number };
  readonly growthSteps?: boolean;
  /** How many snapshots at most; there are fewer where they would take too much memory. */
  readonly snapshots?: number;
  /**
   * Whether code addresses without names may be named by programs of this machine; yes where absent.
   * Without it, they stay offsets in their modules.
   */
  readonly symbolise?: boolean;
  /** The bytes are known to be damaged: nothing is read from the first record on that cannot be. */
  readonly stopAtDamage?: boolean;
}
