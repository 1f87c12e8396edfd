import { STACK_BOTTOM } from '../../knowledge/stack-bottom.ts';
import type { Address } from '../../model/address.ts';
import type { CallStacks, IpIndex, TraceIndex } from '../../model/allocation-profile.ts';
import type { Bytes } from '../../model/bytes.ts';

/** One function of a call stack. Undefined parts were not known to the recorder. */
export interface StackFrame {
  readonly name: string | undefined;
  readonly file: string | undefined;
  readonly line: number;
  readonly module: string | undefined;
  /** 0 where several addresses are meant, or none is known. */
  readonly address: Address;
  /** The address less where its module was loaded; undefined where that is not known. */
  readonly offset: Bytes | undefined;
  /** The compiler put this function's code into the one of the next frame. */
  readonly inlined: boolean;
}

/** The functions at one code address, innermost first; one nameless frame where none is known. */
export function framesAt({ ips, strings }: CallStacks, ip: IpIndex): StackFrame[] {
  const text = (index: number) => strings[index] || undefined;
  const offset = ips.offset?.[ip];
  const common = {
    module: text(ips.module[ip]!),
    address: ips.address[ip]!,
    offset: Number.isNaN(offset) ? undefined : offset,
  };
  const first = ips.frameStart[ip]!;
  const last = ips.frameStart[ip + 1]! - 1;
  if (last < first) {
    return [{ ...common, name: undefined, file: undefined, line: 0, inlined: false }];
  }
  const frames: StackFrame[] = [];
  for (let i = first; i <= last; i++) {
    frames.push({
      ...common,
      name: text(ips.frames.function[i]!),
      file: text(ips.frames.file[i]!),
      line: ips.frames.line[i]!,
      inlined: i < last,
    });
  }
  return frames;
}

/** A call stack from the allocating function outwards, down to `main` where it has one. */
export function stackOf(stacks: CallStacks, trace: TraceIndex): StackFrame[] {
  const { traces } = stacks;
  const frames: StackFrame[] = [];
  for (let at = trace; at !== 0; at = traces.parent[at]!) {
    const here = framesAt(stacks, traces.ip[at]!);
    frames.push(...here);
    if (STACK_BOTTOM.has(here[0]!.name ?? '')) break;
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
