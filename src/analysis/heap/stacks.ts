import { STACK_BOTTOM } from '../../knowledge/stack-bottom.ts';
import type { CodeAddress } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import {
  addressAt,
  type CallStacks,
  type IpIndex,
  type TraceIndex,
} from '../../model/heap-profile.ts';

/** One function of a call stack. Undefined parts were not known to the recorder. */
export interface StackFrame {
  readonly name: string | undefined;
  readonly file: string | undefined;
  readonly line: number;
  readonly module: string | undefined;
  /** 0 where several addresses are meant, or none is known. */
  readonly address: CodeAddress;
  /** The address less where its module was loaded; undefined where that is not known. */
  readonly offset: Bytes | undefined;
  /** The compiler put this function's code into the one of the next frame. */
  readonly inlined: boolean;
}

/** How many functions are at one code address; one of which nothing is known where none is. */
export function frameCount({ ips }: CallStacks, ip: IpIndex): number {
  return Math.max(1, ips.frameStart[ip + 1]! - ips.frameStart[ip]!);
}

/** One of the functions at a code address. @param depth 0 for the innermost. */
export function frameAt({ ips, strings }: CallStacks, ip: IpIndex, depth: number): StackFrame {
  const offset = ips.offset?.[ip];
  const i = ips.frameStart[ip]! + depth;
  const last = ips.frameStart[ip + 1]! - 1;
  const isKnown = i <= last;
  // One form for all, without copies: recordings have millions.
  return {
    name: (isKnown && strings[ips.frames.function[i]!]) || undefined,
    file: (isKnown && strings[ips.frames.file[i]!]) || undefined,
    line: isKnown ? ips.frames.line[i]! : 0,
    module: strings[ips.module[ip]!] || undefined,
    address: addressAt(ips, ip),
    offset: Number.isNaN(offset) ? undefined : offset,
    inlined: i < last,
  };
}

/**
 * The functions at one code address, innermost first; one nameless frame where none is known.
 *
 * @param most how many are wanted.
 */
export function framesAt(
  stacks: CallStacks,
  ip: IpIndex,
  most = Number.POSITIVE_INFINITY,
): StackFrame[] {
  const length = Math.min(most, frameCount(stacks, ip));
  return Array.from({ length }, (_, depth) => frameAt(stacks, ip, depth));
}

/** The trace behind one in its stack; 0 behind `main`, and where a stack ends without it. */
export function callerOf({ ips, strings, traces }: CallStacks, trace: TraceIndex): TraceIndex {
  const ip = traces.ip[trace]!;
  const first = ips.frameStart[ip]!;
  const name = first < ips.frameStart[ip + 1]! ? strings[ips.frames.function[first]!]! : '';
  return STACK_BOTTOM.has(name) ? 0 : traces.parent[trace]!;
}

/**
 * A call stack from the allocating function outwards, down to `main` where it has one.
 *
 * @param most how many frames are wanted: a file may say that a stack has millions.
 */
export function stackOf(
  stacks: CallStacks,
  trace: TraceIndex,
  most = Number.POSITIVE_INFINITY,
): StackFrame[] {
  const frames: StackFrame[] = [];
  for (let at = trace; at !== 0 && frames.length < most; at = callerOf(stacks, at)) {
    const ip = stacks.traces.ip[at]!;
    const count = Math.min(most - frames.length, frameCount(stacks, ip));
    for (let depth = 0; depth < count; depth++) frames.push(frameAt(stacks, ip, depth));
  }
  return frames;
}

/** Whether the stack below a code address says nothing about the program, by IP. */
export function stackBottoms({ strings, ips }: CallStacks): Uint8Array {
  const isBottom = Uint8Array.from(strings, (text) => Number(STACK_BOTTOM.has(text)));
  const bottoms = new Uint8Array(ips.count);
  for (let ip = 0; ip < ips.count; ip++) {
    const first = ips.frameStart[ip]!;
    if (first < ips.frameStart[ip + 1]!) bottoms[ip] = isBottom[ips.frames.function[first]!]!;
  }
  return bottoms;
}
