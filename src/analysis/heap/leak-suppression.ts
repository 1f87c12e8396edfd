import type { Bytes } from '../../model/bytes.ts';
import type { CallStacks, HeapProfile } from '../../model/heap-profile.ts';
import type { LeakRule } from './leak-rules.ts';

/** Which call stacks a suppression hides, as indexes into the patterns; -1 for none. */
export type SuppressedTraces = Int32Array;

/**
 * Matches leak patterns against whole stacks: module, function and file of every frame, inlined
 * ones included. A caller's match goes before the callee's, and the first pattern before the next.
 */
export function suppressedTraces(
  stacks: CallStacks,
  patterns: readonly string[],
): SuppressedTraces {
  const { strings, ips, traces } = stacks;
  const tests = patterns.map(leakPattern);
  const ofString = strings.map((text) => tests.findIndex((test) => test(text)));
  const ofIp = new Int32Array(ips.count).fill(-1);
  for (let ip = 1; ip < ips.count; ip++) {
    const candidates = [ofString[ips.module[ip]!]!];
    for (let i = ips.frameStart[ip]!; i < ips.frameStart[ip + 1]!; i++) {
      candidates.push(ofString[ips.frames.function[i]!]!, ofString[ips.frames.file[i]!]!);
    }
    ofIp[ip] = candidates.find((pattern) => pattern !== -1) ?? -1;
  }
  // A parent stands before its children, so one pass is enough.
  const ofTrace = new Int32Array(traces.count).fill(-1);
  for (let trace = 1; trace < traces.count; trace++) {
    const inherited = ofTrace[traces.parent[trace]!]!;
    ofTrace[trace] = inherited === -1 ? ofIp[traces.ip[trace]!]! : inherited;
  }
  return ofTrace;
}

/** What a suppression hid. */
export interface SuppressionUse {
  readonly rule: LeakRule;
  /** Call stacks that it matched, leaking or not. */
  readonly stacks: number;
  readonly leaked: Bytes;
}

/** Sums what each rule hid; rules that matched nothing are left out. */
export function suppressionUses(
  profile: HeapProfile,
  suppressed: SuppressedTraces,
  rules: readonly LeakRule[],
): SuppressionUse[] {
  const leaked = new Float64Array(rules.length);
  const stacks = new Float64Array(rules.length);
  for (const [trace, isAllocating] of allocatingTraces(profile).entries()) {
    const rule = suppressed[trace]!;
    if (rule === -1 || isAllocating === 0) continue;
    leaked[rule]! += profile.costs.leaked?.[trace] ?? 0;
    stacks[rule]!++;
  }
  return rules
    .map((rule, i) => ({ rule, stacks: stacks[i]!, leaked: leaked[i]! }))
    .filter((use) => use.stacks > 0);
}

/** 1 for traces that allocated themselves, in the window or not. */
function allocatingTraces({ allocations, costs, traces }: HeapProfile): Uint8Array {
  const isAllocating = new Uint8Array(traces.count);
  if (allocations !== undefined) {
    for (const trace of allocations.trace) isAllocating[trace] = 1;
    return isAllocating;
  }
  for (const column of Object.values(costs)) {
    for (let trace = 0; trace < column.length; trace++) {
      if (column[trace] !== 0) isAllocating[trace] = 1;
    }
  }
  return isAllocating;
}

/**
 * LSan's pattern language: plain text matches anywhere, `^` and `$` tie it to the ends, `*` is any
 * run of characters; what comes after a `$` does not count. An empty string matches nothing.
 * Literal parts are found at their first occurrence and never looked for again, as LSan does:
 * `a*b$` does not match `abxb`.
 */
function leakPattern(pattern: string): (text: string) => boolean {
  const fromStart = pattern.startsWith('^');
  const end = pattern.indexOf('$');
  const body = pattern.slice(fromStart ? 1 : 0, end === -1 ? undefined : end);
  const toEnd = end !== -1 && !body.endsWith('*');
  const parts = body.split('*');
  return (text) => {
    if (text === '') return false;
    let at = 0;
    for (const [i, part] of parts.entries()) {
      const found = text.indexOf(part, at);
      if (found === -1 || (i === 0 && fromStart && found !== 0)) return false;
      at = found + part.length;
    }
    return !toEnd || at === text.length;
  };
}
