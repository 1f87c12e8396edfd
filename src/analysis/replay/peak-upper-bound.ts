import { type Bytes, roundUpToPage } from '../../model/bytes.ts';
import type { AddressRange } from '../../model/range.ts';
import { PROT, type SyscallEvent } from '../../model/syscall-trace.ts';
import type { BrkHeap } from './brk-heap.ts';
import { type CallEffect, callEffect } from './call-effect.ts';

/** Calls in their order; one may be used until the next is asked for. */
interface Calls {
  readonly length: number;
  at(index: number): SyscallEvent | undefined;
}

/**
 * What heap and usable anonymous memory of a space were together at most, told from its calls without
 * a map: all that came is added, and nothing that went is taken off.
 *
 * @param heap after all of these calls.
 */
export function peakUpperBound(calls: Calls, heap: BrkHeap): Bytes {
  let came = roundUpToPage(heap.peak.bytes);
  for (let i = 0; i < calls.length; i++) {
    const effect = callEffect(calls.at(i)!, undefined);
    switch (effect?.change) {
      case 'map':
        // What is only reserved counts when mprotect makes it usable.
        if (effect.kind !== 'anonymous' || effect.protection === PROT.NONE) break;
        came += size(effect.range);
        break;
      case 'protect':
        if (effect.protection !== PROT.NONE) came += size(effect.range);
        break;
      case 'move': {
        // A mapping that is seen for the first time comes with its old length.
        const old = size(effect.from);
        came += size(effect.to) + (isIntact(effect, calls, i) ? -old : old);
        break;
      }
    }
  }
  return came;
}

const size = ({ start, end }: AddressRange): Bytes => end - start;

/** Whether an earlier call made the mapping that grows, and nothing touched it since. */
function isIntact(
  { from, to, leaves }: Extract<CallEffect, { change: 'move' }>,
  calls: Calls,
  at: number,
): boolean {
  if (leaves !== 'nothing' || size(to) < size(from)) return false;
  for (let i = at - 1; i >= 0; i--) {
    const effect = callEffect(calls.at(i)!, undefined);
    const touched = effect ? touchedBy(effect) : [];
    if (!touched.some(({ start, end }) => start < from.end && end > from.start)) continue;
    const { start, end } = touched.at(-1)!;
    const isGone = effect?.change === 'unmap';
    return !isGone && start === from.start && end === from.end;
  }
  return false;
}

/** The ranges that a call put something into or took it from; the last is where something is now. */
function touchedBy(effect: CallEffect): readonly AddressRange[] {
  switch (effect.change) {
    case 'map':
    case 'unmap':
      return [effect.range];
    case 'move':
      return [effect.from, effect.to];
    default:
      return [];
  }
}
