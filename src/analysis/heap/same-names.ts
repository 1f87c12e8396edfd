import type { CallStacks } from '../../model/heap-profile.ts';
import { callerOf } from './stacks.ts';

/** What recorders write behind a name, or leave out: arguments, versions of symbols, hashes. */
const BEHIND_NAME = /(?:\(.*\)(?: const)?|@@?[\w.]+|::h[0-9a-f]{16})$/;

/** glibc has aliases of its functions: `__GI___strdup` is strdup, `_IO_new_file_xsputn` is _IO_file_xsputn. */
const ALIAS = /^_+(?:GI_+)?(?:IO_new_|IO_)?/;

const commonName = (name: string): string => name.replace(BEHIND_NAME, '').replace(ALIAS, '');

/**
 * Stacks in which functions of the same names call each other, from main on: one number for all that are the
 * same, by trace. Of two recorders one may keep modules and the other files, only one of them what was
 * inlined at one address, and neither how deep a stack goes below main.
 */
export function sameNames(stacks: CallStacks): Uint32Array {
  const { strings, ips, traces } = stacks;
  const names = numbersOf(strings.map(commonName));
  const steps = new Map<number, number>();
  const next = (stack: number, name: number): number => {
    const step = stack * (strings.length + 1) + name;
    const known = steps.get(step) ?? steps.size + 1;
    steps.set(step, known);
    return known;
  };
  const stackOf = new Uint32Array(traces.count);
  for (let trace = 1; trace < traces.count; trace++) {
    const ip = traces.ip[trace]!;
    let stack = stackOf[callerOf(stacks, trace)]!;
    // Code without a name is one function, whatever its module.
    if (ips.frameStart[ip] === ips.frameStart[ip + 1]) stack = next(stack, 0);
    for (let i = ips.frameStart[ip + 1]! - 1; i >= ips.frameStart[ip]!; i--) {
      stack = next(stack, names[ips.frames.function[i]!]!);
    }
    stackOf[trace] = stack;
  }
  return stackOf;
}

/** Equal texts have one number. */
function numbersOf(texts: readonly string[]): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(texts, (text) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
}
