import type { Bytes } from '../../model/bytes.ts';
import type { GrowthChain, GrowthStep } from '../growth/from-log/growth-chain.ts';

/** How large a buffer was at a moment; undefined where it was not there, or no clock tells. */
export function bufferSizeAt(
  { steps, endLine, endTime }: Pick<GrowthChain, 'steps' | 'endLine' | 'endTime'>,
  at: number,
  unit: 'seconds' | 'lines',
): { readonly step: GrowthStep; readonly mapped: Bytes } | undefined {
  const when = (step: GrowthStep) => (unit === 'lines' ? step.line : step.time);
  const step = steps.findLast((one) => (when(one) ?? Number.POSITIVE_INFINITY) <= at);
  if (step === undefined) return undefined;
  const end = unit === 'lines' ? endLine : endTime;
  if (end !== undefined && end <= at) return undefined;
  return { step, mapped: step.mapped };
}
