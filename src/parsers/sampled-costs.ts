import { float64Column } from '../model/columns.ts';
import type { CostColumns, HeapProfile, Inexactness } from '../model/heap-profile.ts';

/** What profilers that look at a part of the allocations count for each stack. */
const KINDS = ['leakedBlocks', 'leaked', 'calls', 'allocated'] as const;

/** Live objects and bytes, and all that ever were. */
export type SampledRow = readonly [objects: number, bytes: number, ever: number, everBytes: number];

/**
 * Costs of samples, scaled up: an object of s bytes is looked at with a probability of 1 − e^(−s/p), p being
 * the mean distance of samples in bytes. Each row goes by the average size of its objects, as jeprof and
 * pprof do it.
 */
export class SampledCosts {
  readonly #columns = KINDS.map(() => float64Column());

  add(row: SampledRow): void {
    for (const [i, value] of row.entries()) this.#columns[i]!.push(value);
  }

  /**
   * @param period mean distance of samples in bytes; undefined where every allocation was counted.
   * @param traces by row.
   */
  finish(
    period: number | undefined,
    traces: Uint32Array,
    count: number,
  ): Pick<HeapProfile, 'costs' | 'inexact'> {
    const [objects, bytes, ever, everBytes] = this.#columns.map((column) => column.values());
    const live = scaled(objects!, bytes!, period);
    const all = scaled(ever!, everBytes!, period);
    // Nobody counted what was freed: then all brackets are 0, whatever is live.
    const hasAll = all.bytes.some((value) => value > 0) || !live.bytes.some((value) => value > 0);
    const column = (values: Float64Array) => sumByTrace(values, traces, count);
    const costs: CostColumns = {
      ...(hasAll && { calls: column(all.objects), allocated: column(all.bytes) }),
      leaked: column(live.bytes),
      leakedBlocks: column(live.objects),
    };
    return { costs, inexact: period === undefined ? {} : sampledAll(costs, period) };
  }
}

/** Every cost is scaled up. */
export function sampledAll(costs: CostColumns, period: number): HeapProfile['inexact'] {
  const because = `about one allocation in ${period} bytes was looked at`;
  const sampled: Inexactness = { kind: 'sampled', because };
  return Object.fromEntries(Object.keys(costs).map((kind) => [kind, sampled]));
}

function scaled(
  objects: Float64Array,
  bytes: Float64Array,
  period: number | undefined,
): { readonly objects: Float64Array; readonly bytes: Float64Array } {
  if (period === undefined) return { objects, bytes };
  const factors = objects.map((count, row) =>
    count === 0 ? 1 : 1 / -Math.expm1(-bytes[row]! / count / period),
  );
  const times = (values: Float64Array) =>
    values.map((value, row) => (value === 0 ? 0 : value * factors[row]!));
  return { objects: times(objects), bytes: times(bytes) };
}

/**
 * Whole numbers by trace that sum to the exact sum, rounded: what is cut off of one row is added to the next.
 */
function sumByTrace(values: Float64Array, traces: Uint32Array, count: number): Float64Array {
  const sums = new Float64Array(count);
  let exact = 0;
  let told = 0;
  for (const [row, trace] of traces.entries()) {
    exact += values[row]!;
    const whole = Math.round(exact) - told;
    sums[trace]! += whole;
    told += whole;
  }
  return sums;
}
