/** Captures with the names of functions as they stand in the source: whatever reads one gets it so. */
import type { Artifact, Requests } from '../../model/artifact.ts';
import type { Fold } from '../../model/fold.ts';
import type { SyscallEvent } from '../../model/syscall-trace.ts';
import { demangleRust } from './demangle.ts';

/**
 * Strings of a heap profile with Rust names made readable; recorders do that with C++ names themselves.
 * Indexes stay, so everything that refers to a string still does. The same array comes back where
 * nothing was mangled: a recording has up to a million strings, and most programs are not Rust.
 */
export function readableStrings(strings: readonly string[]): readonly string[] {
  let copy: string[] | undefined;
  for (let i = 0; i < strings.length; i++) {
    const name = demangleRust(strings[i]!);
    if (name === undefined) continue;
    copy ??= strings.slice();
    copy[i] = name;
  }
  return copy ?? strings;
}

/** An artifact with the names that it keeps made readable. */
export function withReadableNames(artifact: Artifact): Artifact {
  if (artifact.kind !== 'heap-profile') return artifact;
  return { ...artifact, strings: readableStrings(artifact.strings) };
}

/** ` > /usr/lib/libc.so.6(realloc+0x27f) [0x993af]`, without the arrow: the symbol and what is around it. */
const FRAME = /^(.*?\()([^()]+?)((?:\+0x[0-9a-f]+)?\) \[0x[0-9a-f]+\])$/;

/** Frames that are remembered: a log has the same ones again and again. */
const MOST_FRAMES = 1 << 14;

/** Requests whose folds get the stacks of `strace -k` with readable names. */
export function withReadableEvents(asks: Partial<Requests>): Partial<Requests> {
  const folds = asks['syscall-trace']?.folds;
  return folds ? { ...asks, 'syscall-trace': { folds: folds.map(withReadableStacks) } } : asks;
}

/** A fold that gets them. */
export function withReadableStacks<Result>(
  fold: Fold<SyscallEvent, Result>,
): Fold<SyscallEvent, Result> {
  const known = new Map<string, string>();
  const readable = (frame: string): string => {
    const found = known.get(frame);
    if (found !== undefined) return found;
    if (known.size === MOST_FRAMES) known.clear();
    const [, module, symbol, rest] = FRAME.exec(frame) ?? [];
    const name = symbol === undefined ? undefined : demangleRust(symbol);
    const text = name === undefined ? frame : `${module}${name}${rest}`;
    known.set(frame, text);
    return text;
  };
  return {
    step(event) {
      const { stack } = event;
      fold.step(stack === undefined ? event : { ...event, stack: stack.map(readable) });
    },
    finish: () => fold.finish(),
  };
}
