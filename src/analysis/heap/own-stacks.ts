import { isStartUp } from '../../knowledge/own-code.ts';
import type { CallStacks, IpIndex, TraceIndex } from '../../model/heap-profile.ts';
import type { IsOwn } from './own-code.ts';
import { frameAt, frameCount, type StackFrame, stackBottoms } from './stacks.ts';

/** The number of a stack without own code. */
export const NO_OWN_CODE = 0;

/**
 * Call stacks as the own code in them: stacks with the same own frames are one, whatever libraries
 * stand in between. Numbered from 1; a stack's caller has a smaller number.
 */
export interface OwnStacks {
  /** By trace. */
  readonly numberOf: Uint32Array;
  /** By trace: where the innermost own code stands; 0 where there is none. */
  readonly ownTrace: Uint32Array;
  /** By trace: what that called; 0 where it allocates itself. */
  readonly calledTrace: Uint32Array;
  /** By trace: 1 where the stack is of the program's start. */
  readonly isStartUp: Uint8Array;
  /** By number: where its own frames stand. */
  readonly ip: readonly IpIndex[];
  /** By number: the own stack that called it; `NO_OWN_CODE` for none. */
  readonly caller: readonly number[];
}

/** One pass: a parent stands before its children. */
export function ownStacks(stacks: CallStacks, isOwn: IsOwn): OwnStacks {
  const { count, ip: ipOf, parent } = stacks.traces;
  const bottoms = stackBottoms(stacks);
  const code = ownCodeNumbers(stacks, isOwn);
  const startUp = startUpIps(stacks);
  const numberOf = new Uint32Array(count);
  const ownTrace = new Uint32Array(count);
  const calledTrace = new Uint32Array(count);
  const isOfStart = new Uint8Array(count);
  const [ip, caller]: [IpIndex[], number[]] = [[0], [NO_OWN_CODE]];
  const known = new Map<number, number>();
  for (let trace = 1; trace < count; trace++) {
    const here = ipOf[trace]!;
    const outer = bottoms[here] === 1 ? 0 : parent[trace]!;
    isOfStart[trace] = startUp[here]! | isOfStart[outer]!;
    if (code.ofIp[here] === 0) {
      numberOf[trace] = numberOf[outer]!;
      ownTrace[trace] = ownTrace[outer]!;
      const isCalled = code.ofIp[ipOf[outer]!] !== 0;
      calledTrace[trace] = isCalled ? trace : calledTrace[outer]!;
      continue;
    }
    const key = numberOf[outer]! * code.count + code.ofIp[here]!;
    let number = known.get(key);
    if (number === undefined) {
      number = ip.push(here) - 1;
      caller.push(numberOf[outer]!);
      known.set(key, number);
    }
    numberOf[trace] = number;
    ownTrace[trace] = trace;
  }
  return { numberOf, ownTrace, calledTrace, isStartUp: isOfStart, ip, caller };
}

/** The own frames at a code address, innermost first. */
export function ownFramesAt(stacks: CallStacks, ip: IpIndex, isOwn: IsOwn): StackFrame[] {
  const frames: StackFrame[] = [];
  for (let depth = 0; depth < frameCount(stacks, ip); depth++) {
    if (isOwn(ip, depth)) frames.push(frameAt(stacks, ip, depth));
  }
  return frames;
}

/**
 * The first library function that own code called in a stack; undefined where it allocates itself, or
 * calls code of its own module that has no name.
 */
export function calledFrame(
  stacks: CallStacks,
  { ownTrace, calledTrace }: OwnStacks,
  trace: TraceIndex,
  isOwn: IsOwn,
): StackFrame | undefined {
  const ip = stacks.traces.ip[ownTrace[trace]!]!;
  let depth = 0;
  while (!isOwn(ip, depth)) depth++;
  // What was inlined into own code comes before what that calls.
  if (depth > 0) return frameAt(stacks, ip, depth - 1);
  const called = stacks.traces.ip[calledTrace[trace]!]!;
  if (called === 0) return undefined;
  const frame = frameAt(stacks, called, frameCount(stacks, called) - 1);
  const isNameless =
    frame.name === undefined && stacks.ips.module[called] === stacks.ips.module[ip];
  return isNameless ? undefined : frame;
}

/** By IP: a number for its own frames, equal where those are; 0 where it has none. */
function ownCodeNumbers(stacks: CallStacks, isOwn: IsOwn): { ofIp: Uint32Array; count: number } {
  const { frameStart, frames, count, module } = stacks.ips;
  const numbers = new Map<string, number>();
  const ofIp = new Uint32Array(count);
  for (let ip = 1; ip < count; ip++) {
    let key = '';
    for (let depth = 0; depth < frameCount(stacks, ip); depth++) {
      if (!isOwn(ip, depth)) continue;
      const frame = frameStart[ip]! + depth;
      const isNamed = frame < frameStart[ip + 1]!;
      // Code without names is one for each module.
      key += isNamed
        ? `${module[ip]} ${frames.function[frame]} ${frames.file[frame]} ${frames.line[frame]};`
        : `${module[ip]};`;
    }
    if (key === '') continue;
    const number = numbers.get(key) ?? numbers.size + 1;
    numbers.set(key, number);
    ofIp[ip] = number;
  }
  return { ofIp, count: numbers.size + 1 };
}

/** 1 where a function that only starts the program stands at a code address, by IP. */
function startUpIps({ ips, strings }: CallStacks): Uint8Array {
  const matches = Uint8Array.from(strings, (text) => Number(isStartUp(text)));
  return Uint8Array.from({ length: ips.count }, (_, ip) => {
    for (let frame = ips.frameStart[ip]!; frame < ips.frameStart[ip + 1]!; frame++) {
      if (matches[ips.frames.function[frame]!] === 1) return 1;
    }
    return 0;
  });
}
