import { STACK_BOTTOM } from '../../knowledge/stack-bottom.ts';
import type { Address } from '../../model/address.ts';
import type { AllocationProfile, IpIndex, TraceIndex } from '../../model/allocation-profile.ts';

/** One function of a call stack. Undefined parts were not known to the recorder. */
export interface StackFrame {
  readonly name: string | undefined;
  readonly file: string | undefined;
  readonly line: number;
  readonly module: string | undefined;
  readonly address: Address;
  /** The compiler put this function's code into the one of the next frame. */
  readonly inlined: boolean;
}

/** The functions at one code address, innermost first; one nameless frame where none is known. */
export function framesAt(profile: AllocationProfile, ip: IpIndex): StackFrame[] {
  const { ips, strings } = profile;
  const text = (index: number) => strings[index] || undefined;
  const common = { module: text(ips.module[ip]!), address: ips.address[ip]! };
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
export function stackOf(profile: AllocationProfile, trace: TraceIndex): StackFrame[] {
  const { traces } = profile;
  const frames: StackFrame[] = [];
  for (let at = trace; at !== 0; at = traces.parent[at]!) {
    const here = framesAt(profile, traces.ip[at]!);
    frames.push(...here);
    if (STACK_BOTTOM.has(here[0]!.name ?? '')) break;
  }
  return frames;
}
