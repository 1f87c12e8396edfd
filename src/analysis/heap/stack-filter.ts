import { isCRuntime, LIBRARY_CODE } from '../../knowledge/library-frames.ts';
import {
  addressAt,
  type CallStacks,
  type IpIndex,
  type TraceIndex,
} from '../../model/heap-profile.ts';
import type { Pattern } from '../../model/pattern.ts';
import type { UseKind } from './block-uses.ts';
import { type CostedStacks, mapCosts, type TraceCosts } from './costs.ts';
import { equalStacks, sumAt } from './equal-stacks.ts';
import { stackBottoms } from './stacks.ts';

/** Which call stacks to look at. Patterns are matched with function, source file and module. */
export interface StackFilter {
  /** Text in a function's name between the allocation and `main`, as heaptrack_print filters. */
  readonly function: string | undefined;
  /** Only stacks whose blocks were used in one of these ways; all where there are none. */
  readonly only: readonly UseKind[];
  /** A stack needs a frame that matches one of them. */
  readonly focus: readonly Pattern[];
  /** A stack must have no frame that matches one of them. */
  readonly ignore: readonly Pattern[];
  /** Frames that match one of them are left out of all stacks; what they cost goes to their caller. */
  readonly hide: readonly Pattern[];
  /** The same for the functions of the languages' own libraries, also those without a name. */
  readonly hideLibraries?: boolean;
}

export const NO_FILTER: StackFilter = {
  function: undefined,
  only: [],
  focus: [],
  ignore: [],
  hide: [],
};

export function isFilter(filter: StackFilter): boolean {
  return leavesStacksOut(filter) || hidesFrames(filter);
}

export const hidesFrames = ({ hide, hideLibraries = false }: StackFilter): boolean =>
  hide.length > 0 || hideLibraries;

/** Hidden frames leave the sums as they are. */
export function leavesStacksOut({ function: name, only, focus, ignore }: StackFilter): boolean {
  return name !== undefined || only.length + focus.length + ignore.length > 0;
}

/**
 * Sets the costs of stacks that are not wanted to nothing, and takes hidden frames out. Stacks that
 * have become equal are summed.
 *
 * @param used 1 for stacks whose blocks were used as the filter wants, by trace.
 */
export function filterStacks(
  costed: CostedStacks,
  filter: StackFilter,
  used?: Uint8Array,
): { readonly costed: CostedStacks /** 1 for wanted stacks. */; readonly keeps: Uint8Array } {
  const { stacks } = costed;
  const wanted = wantedStacks(stacks, filter);
  const keeps = used ? wanted.map((keep, trace) => keep & used[trace]!) : wanted;
  const costs = costsOfWanted(costed.costs, keeps);
  if (!hidesFrames(filter)) return { costed: { ...costed, costs }, keeps };
  const shown = withoutFrames(stacks, filter);
  sumAt(costs, firstOfEqual(shown));
  return { costed: { ...costed, stacks: shown, costs }, keeps };
}

/** By trace, the first stack with the same frames. */
function firstOfEqual(stacks: CallStacks): Uint32Array {
  const { ips, traces } = stacks;
  const classOf = equalStacks(stacks, (ip) => {
    const [start, end] = [ips.frameStart[ip]!, ips.frameStart[ip + 1]!];
    if (start === end) return `${ips.module[ip]} at ${addressAt(ips, ip)}`;
    const { function: name, file, line } = ips.frames;
    const frames = [name, file, line].map((column) => column.subarray(start, end).join());
    return `${ips.module[ip]} ${frames.join(' ')}`;
  });
  const first = new Uint32Array(traces.count).fill(NONE);
  return classOf.map((stack, trace) => {
    // A stack of which nothing is left is trace 0, which has no frames.
    const at = traces.ip[trace] === 0 ? 0 : stack;
    if (first[at] === NONE) first[at] = trace;
    return first[at]!;
  });
}

const NONE = 0xffffffff;

/** 1 for wanted stacks. */
export function wantedStacks(stacks: CallStacks, filter: StackFilter): Uint8Array {
  const { focus, ignore } = filter;
  const tests: Uint8Array[] = [];
  if (filter.function !== undefined) tests.push(tracesThrough(stacks, filter.function));
  if (focus.length > 0) tests.push(matchingTraces(stacks, focus));
  if (ignore.length > 0) tests.push(matchingTraces(stacks, ignore).map((match) => match ^ 1));
  const { count } = stacks.traces;
  const keeps = new Uint8Array(count);
  for (let trace = 0; trace < count; trace++) {
    keeps[trace] = Number(tests.every((keep) => keep[trace] === 1));
  }
  return keeps;
}

/** Nothing for stacks that are not wanted. */
export function costsOfWanted(costs: TraceCosts, keeps: Uint8Array): TraceCosts {
  return mapCosts(costs, (column) => {
    const wanted = new Float64Array(keeps.length);
    for (let trace = 0; trace < keeps.length; trace++) {
      if (keeps[trace] === 1) wanted[trace] = column[trace]!;
    }
    return wanted;
  });
}

/** Each string is tested once, however many frames name it. */
function matchingStrings(stacks: CallStacks, patterns: readonly Pattern[]): Uint8Array {
  return Uint8Array.from(stacks.strings, (text) =>
    Number(text !== '' && patterns.some((pattern) => pattern.test(text))),
  );
}

/** Whether any frame of a stack matches. */
function matchingTraces(stacks: CallStacks, patterns: readonly Pattern[]): Uint8Array {
  const matches = matchingStrings(stacks, patterns);
  const { ips } = stacks;
  const ofIp = new Uint8Array(ips.count);
  for (let ip = 1; ip < ips.count; ip++) {
    let match = matches[ips.module[ip]!]!;
    for (let i = ips.frameStart[ip]!; i < ips.frameStart[ip + 1]!; i++) {
      match |= matches[ips.frames.function[i]!]! | matches[ips.frames.file[i]!]!;
    }
    ofIp[ip] = match;
  }
  return inherited(stacks, (ip, fromCaller) => ofIp[ip]! | fromCaller);
}

/** Whether a function between the allocation and the stack's bottom, which is excluded, has a text. */
function tracesThrough(stacks: CallStacks, text: string): Uint8Array {
  const matches = Uint8Array.from(stacks.strings, (name) => Number(name.includes(text)));
  const bottoms = stackBottoms(stacks);
  const { frameStart, frames } = stacks.ips;
  return inherited(stacks, (ip, fromCaller) => {
    if (bottoms[ip] === 1) return 0;
    for (let i = frameStart[ip]!; i < frameStart[ip + 1]!; i++) {
      if (matches[frames.function[i]!] === 1) return 1;
    }
    return fromCaller;
  });
}

/** A parent stands before its children, so one pass is enough. */
function inherited(
  { traces }: CallStacks,
  verdict: (ip: IpIndex, fromCaller: number) => number,
): Uint8Array {
  const ofTrace = new Uint8Array(traces.count);
  for (let trace = 1; trace < traces.count; trace++) {
    ofTrace[trace] = verdict(traces.ip[trace]!, ofTrace[traces.parent[trace]!]!);
  }
  return ofTrace;
}

/** Hidden frames go; what they cost goes to their callers. */
export function withoutFrames(
  stacks: CallStacks,
  { hide, hideLibraries = false }: Pick<StackFilter, 'hide' | 'hideLibraries'>,
): CallStacks {
  const matches = matchingStrings(stacks, hideLibraries ? [...hide, ...LIBRARY_CODE] : hide);
  /** Modules of which what has no source file is hidden. */
  const runtime = Uint8Array.from(stacks.strings, (text) =>
    Number(hideLibraries && isCRuntime(text)),
  );
  const { ips } = stacks;
  const frameStart = new Uint32Array(ips.count + 1);
  const kept: number[] = [];
  const isGone = new Uint8Array(ips.count);
  for (let ip = 0; ip < ips.count; ip++) {
    frameStart[ip] = kept.length;
    const isModuleHidden = matches[ips.module[ip]!] === 1;
    const isRuntime = runtime[ips.module[ip]!]!;
    for (let i = ips.frameStart[ip]!; i < ips.frameStart[ip + 1]!; i++) {
      const file = ips.frames.file[i]!;
      const isOfRuntime = file === 0 ? isRuntime : 0;
      const isHidden = matches[ips.frames.function[i]!]! | matches[file]! | isOfRuntime;
      if (!isModuleHidden && isHidden === 0) kept.push(i);
    }
    const hadFrames = ips.frameStart[ip]! < ips.frameStart[ip + 1]!;
    const isEmpty = frameStart[ip] === kept.length;
    isGone[ip] = Number(ip !== 0 && isEmpty && (hadFrames || isModuleHidden || isRuntime === 1));
  }
  frameStart[ips.count] = kept.length;

  const column = (values: Uint32Array) => Uint32Array.from(kept, (i) => values[i]!);
  const frames = {
    function: column(ips.frames.function),
    file: column(ips.frames.file),
    line: column(ips.frames.line),
  };
  return {
    strings: stacks.strings,
    ips: { ...ips, frameStart, frames },
    traces: { count: stacks.traces.count, ...withoutIps(stacks, isGone) },
  };
}

/** A stack whose innermost code is gone stands for its nearest caller that is left. */
function withoutIps(
  stacks: CallStacks,
  isGone: Uint8Array,
): { ip: Uint32Array; parent: Uint32Array } {
  const { count, ip: ipOf, parent: parentOf } = stacks.traces;
  // Whether a stack ends here can no longer be told once its innermost function is gone.
  const bottoms = stackBottoms(stacks);
  const ip = new Uint32Array(count);
  const parent = new Uint32Array(count);
  /** The trace that is shown for each: itself, or a caller; 0 for none. */
  const shown = new Uint32Array(count);
  for (let trace: TraceIndex = 1; trace < count; trace++) {
    const own = ipOf[trace]!;
    const caller = bottoms[own] === 1 ? 0 : shown[parentOf[trace]!]!;
    const isShown = isGone[own] === 0;
    shown[trace] = isShown ? trace : caller;
    ip[trace] = isShown ? own : ip[caller]!;
    parent[trace] = isShown ? caller : parent[caller]!;
  }
  return { ip, parent };
}
