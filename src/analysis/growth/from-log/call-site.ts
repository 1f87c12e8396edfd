import { isLibraryFrame } from '../../../knowledge/library-frames.ts';
import type { GrowthChain } from './growth-chain.ts';

/** A frame of a stack that strace printed. */
export interface CodeFrame {
  /** Undefined where the module has no symbol there. */
  readonly name: string | undefined;
  readonly module: string;
}

/** The code that made a buffer grow, as `strace -k` has it. */
export interface GrowingCode {
  /** Of the step that shows it: the last one with a stack. */
  readonly line: number;
  /** Innermost first: from what asked malloc out to the first function of the program's own. */
  readonly frames: readonly CodeFrame[];
}

/** ` > /usr/lib/libc.so.6(realloc+0x27f) [0x993af]`, without the arrow; functions may have brackets. */
const FRAME = /^(.*?)\((.*?)(?:\+0x[0-9a-f]+)?\) \[0x[0-9a-f]+\]$/;

/** Frames of the container's library that are told. */
const MOST_FRAMES = 4;

/** Undefined where the log has no stacks, or none that leaves the allocator. */
export function growingCode({ steps }: GrowthChain): GrowingCode | undefined {
  const step = steps.findLast(({ stack }) => stack !== undefined);
  const frames = (step?.stack ?? []).flatMap((text) => frameOf(text) ?? []);
  const isAllocator = ({ module }: CodeFrame) => isLibraryFrame(undefined, undefined, module);
  const first = frames.findIndex((frame) => !isAllocator(frame));
  if (step === undefined || first === -1) return undefined;
  const outside = frames.slice(first);
  const own = outside.findIndex(({ name, module }) => !isLibraryFrame(name, undefined, module));
  if (own === -1) return { line: step.line, frames: outside.slice(0, MOST_FRAMES) };
  const library = outside.slice(0, Math.min(own, MOST_FRAMES - 1));
  return { line: step.line, frames: [...library, outside[own]!] };
}

function frameOf(text: string): CodeFrame | undefined {
  const match = FRAME.exec(text);
  if (match === null) return undefined;
  const [, module, name] = match;
  return { module: module!, name: name === '' ? undefined : name };
}
