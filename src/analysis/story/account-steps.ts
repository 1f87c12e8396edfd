/** The part of the waterfall that the account of a heap tells: live, records, free. */
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred, measured } from '../../model/claim.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import type { WaterfallStep } from './waterfall-step.ts';

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

/** Words that whoever owns the process's memory decides. */
export interface AccountWords {
  /** What makes live blocks smaller. */
  readonly shrink: string | undefined;
  /** A runtime that has other memory of the process. */
  readonly runtime: string | undefined;
}

export function accountSteps(
  account: HeapAccount,
  inRam: InRam,
  { shrink, runtime }: AccountWords,
): AccountSteps {
  if ((account.process.swapped ?? 0) > 0) {
    return { refused: 'a part of the process is in swap, and an account does not tell which' };
  }
  const found = measuredParts(account) ?? countedParts(account, inRam.heap);
  const { live, records, trimmed, kept } = found;
  const sum = [live, records, trimmed, kept].reduce((bytes, { value }) => bytes + value, 0);
  const rest = inRam.heap - sum;
  if (inRam.other + rest < 0) {
    return { refused: 'it has more in RAM than the map: they are of other moments' };
  }
  const isGlibc = account.allocator === 'glibc';
  const owner = isGlibc ? 'malloc' : account.allocator;
  const keptLabel = isGlibc && account.trimmable !== undefined ? ': malloc_trim keeps it' : '';
  const steps: WaterfallStep[] = [
    { label: `live ${owner} blocks`, bytes: live, topic: 'capacity', knob: shrink },
    {
      label: `headers, ${owner}'s own records`,
      bytes: records,
      topic: 'chunk-header',
      knob: undefined,
    },
    {
      label: 'free in malloc: malloc_trim gives it back',
      bytes: trimmed,
      topic: 'malloc-trim',
      knob: 'malloc_trim(0)',
    },
    { label: `free in ${owner}${keptLabel}`, bytes: kept, topic: 'fragmentation', knob: undefined },
    {
      label:
        runtime === undefined
          ? 'other heap and mmapped private memory'
          : `memory of ${runtime}, other private memory`,
      bytes: measured(Math.max(0, rest)),
      topic: 'anonymous-memory',
      knob: undefined,
    },
  ];
  return { steps, other: inRam.other + Math.min(0, rest) };
}

interface Parts {
  readonly live: Claim<Bytes>;
  readonly records: Claim<Bytes>;
  readonly trimmed: Claim<Bytes>;
  readonly kept: Claim<Bytes>;
}

/** Of an account that says what lies in RAM; behind a damaged place nothing counts as live. */
function measuredParts(account: HeapAccount): Parts | undefined {
  const { live, headers = 0, records = 0, freeInAll, trimmable = 0 } = account;
  if (live.resident === undefined || freeInAll?.resident === undefined) return undefined;
  const trimmed = Math.min(trimmable, freeInAll.resident);
  return {
    live: measured(Math.min(live.resident, live.bytes)),
    records: measured(headers + records),
    trimmed: measured(trimmed),
    kept: measured(freeInAll.resident - trimmed),
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
    trimmed: measured(0),
    kept: inferred(Math.min(freeInAll?.bytes ?? 0, room), free),
  };
}
