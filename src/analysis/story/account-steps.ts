/** The part of the waterfall that the account of a heap tells: live, headers, free. */
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred, measured } from '../../model/claim.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import type { TopicId } from '../../model/topic.ts';
import { LIVE, type StepKind, type WaterfallStep } from './waterfall-step.ts';

/** What lies in RAM by the map. */
interface InRam {
  /** Rows that malloc, or a runtime, gives out in pieces. */
  readonly heap: Bytes;
  /** Other private rows: a small block with a mapping of its own looks like one. */
  readonly other: Bytes;
}

/** Steps that sum to `heap` and `other` less the `other` that is left; or why there are none. */
export type AccountSteps =
  | { readonly steps: readonly WaterfallStep[]; readonly other: Bytes }
  | { readonly refused: string };

/** @param restLabel what is of the heap's rows beyond the account. */
export function accountSteps(account: HeapAccount, inRam: InRam, restLabel: string): AccountSteps {
  if ((account.process.swapped ?? 0) > 0) {
    return { refused: 'a part of the process is in swap, and an account does not tell which' };
  }
  const { live, records, free } = walkedParts(account) ?? countedParts(account, inRam.heap);
  const rest = inRam.heap - live.value - records.value - free.value;
  if (inRam.other + rest < 0) {
    return { refused: 'it has more in RAM than the map: they are of other moments' };
  }
  const owner = account.allocator === 'glibc' ? 'malloc' : account.allocator;
  const steps = [
    step('live', LIVE, live, 'capacity'),
    step('overhead', `${owner}'s headers and rounding`, records, 'chunk-header'),
    step('free', `free inside ${owner}, not returned`, free, 'fragmentation'),
    {
      ...step('private', restLabel, measured(Math.max(0, rest)), 'anonymous-memory'),
      source: undefined,
    },
  ];
  return { steps, other: inRam.other + Math.min(0, rest) };
}

function step(kind: StepKind, label: string, bytes: Claim<Bytes>, topic: TopicId): WaterfallStep {
  const source = bytes.basis === 'measured' ? 'counted in the heap itself' : undefined;
  return { kind, label, bytes, source, topic, knob: undefined };
}

interface Parts {
  readonly live: Claim<Bytes>;
  readonly records: Claim<Bytes>;
  readonly free: Claim<Bytes>;
}

/** Of an account that says what lies in RAM; behind a damaged place nothing counts as live. */
function walkedParts(account: HeapAccount): Parts | undefined {
  const { live, headers = 0, records = 0, freeInAll } = account;
  if (live.resident === undefined || freeInAll?.resident === undefined) return undefined;
  return {
    live: measured(Math.min(live.resident, live.bytes)),
    records: measured(headers + records),
    free: measured(freeInAll.resident),
  };
}

/** Of an allocator's own count, which does not say which pages were touched. */
function countedParts(account: HeapAccount, heap: Bytes): Parts {
  const { live, headers = 0, records = 0, freeInAll } = account;
  const room = Math.max(0, heap - live.bytes - headers - records);
  const counted = 'as the allocator counts it, if all of it is in RAM';
  const free = 'what the allocator counts as free, as far as it can be in RAM';
  return {
    live: inferred(live.bytes, counted),
    records: inferred(headers + records, counted),
    free: inferred(Math.min(freeInAll?.bytes ?? 0, room), free),
  };
}
