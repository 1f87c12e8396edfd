import type { CallStacks, TraceIndex } from '../../model/heap-profile.ts';
import { callerOf, frameAt, frameCount, type StackFrame, stackOf } from './stacks.ts';

/** The inner part of a call stack: a file may say that a stack has millions of frames. */
export interface InnerStack {
  /** From the allocating function outwards. */
  readonly frames: readonly StackFrame[];
  /** Frames further out, and the last of them; undefined where there are none. */
  readonly beyond: { readonly count: number; readonly bottom: StackFrame } | undefined;
}

/** Reads call stacks as far as they are wanted. */
export class InnerStacks {
  readonly #stacks: CallStacks;
  #ends: StackEnds | undefined;

  constructor(stacks: CallStacks) {
    this.#stacks = stacks;
  }

  /** @param most how many frames are wanted. */
  read(trace: TraceIndex, most: number): InnerStack {
    const frames = stackOf(this.#stacks, trace, most);
    if (frames.length < most) return { frames, beyond: undefined };
    this.#ends ??= stackEnds(this.#stacks);
    const count = this.#ends.depth[trace]! - frames.length;
    if (count === 0) return { frames, beyond: undefined };
    const end = this.#stacks.traces.ip[this.#ends.trace[trace]!]!;
    const bottom = frameAt(this.#stacks, end, frameCount(this.#stacks, end) - 1);
    return { frames, beyond: { count, bottom } };
  }
}

/** By trace. */
interface StackEnds {
  /** Frames of the stack. */
  readonly depth: Float64Array;
  /** Its outermost trace. */
  readonly trace: Uint32Array;
}

function stackEnds(stacks: CallStacks): StackEnds {
  const { count, ip } = stacks.traces;
  const ends = { depth: new Float64Array(count), trace: new Uint32Array(count) };
  // A parent stands before its children.
  for (let trace = 1; trace < count; trace++) {
    const caller = callerOf(stacks, trace);
    ends.depth[trace] = ends.depth[caller]! + frameCount(stacks, ip[trace]!);
    ends.trace[trace] = caller === 0 ? trace : ends.trace[caller]!;
  }
  return ends;
}
