/** What is said of growth in every report and on every screen. */
import type { GrownContainer } from '../analysis/growth/from-log/findings.ts';
import type { GrowthAdvice } from '../analysis/growth/growth-advice.ts';
import type { GrowthCost } from '../analysis/growth/growth-cost.ts';
import type { Claim } from '../model/claim.ts';
import { bytes, type Cell, captured, counted, type Quantity } from './report.ts';

/** `≈ Vec of ≈ 24-byte elements`. Text from a log: escape it. */
export function containerWords({ claims: { container, element } }: GrownContainer): string {
  const of = element === undefined ? '' : ` of ≈ ${element.value}-byte elements`;
  return `≈ ${container?.value ?? 'buffer'}${of}`;
}

/** From its first capacity to its last: `≈ 8192 → 16384`; undefined where there are no two. */
export function capacityWords({ capacities }: GrownContainer): string | undefined {
  const known = capacities.filter((capacity) => capacity !== undefined);
  return known.length > 1 ? `≈ ${known[0]} → ${known.at(-1)}` : undefined;
}

export const claimedCount = ({ value, basis }: Claim<number>): Quantity => ({
  kind: 'count',
  value,
  inferred: basis === 'inferred',
});

export const claimedBytes = ({ value, basis }: Claim<number>): Quantity =>
  bytes(value, basis === 'inferred');

/** The call that an advice is for: `with_capacity(12426)`; undefined where none is known. */
export const adviceCall = ({ call, elements }: GrowthAdvice): string | undefined =>
  call && elements && `${call}(${elements.value})`;

/** What to do instead: the call, or what it would ask for. */
export function insteadCells(advice: GrowthAdvice): Cell[] {
  const call = adviceCall(advice);
  const { elements } = advice;
  if (elements === undefined) return ['reserving', bytes(advice.bytes)];
  if (call !== undefined) return [captured(call, elements.basis === 'inferred')];
  return ['reserving', claimedCount(elements), 'elements'];
}

/** What an advice saves: steps, and more that its place has a use for. */
export const savesCells = (
  { savedSteps }: GrowthAdvice,
  ...more: readonly (readonly Cell[])[]
): Cell[] => [
  'saves',
  ...counted(savedSteps, 'step'),
  ...more.flatMap((saved) => ['and', ...saved]),
];

/** `1 mremap moved 192 KiB without a copy`, where there was any. */
export const movedCells = ({ remaps, remappedBytes }: GrowthCost): Cell[] =>
  remaps === 0
    ? []
    : [...counted(remaps, 'mremap'), 'moved', bytes(remappedBytes), 'without a copy'];

/** `2 steps copied ≈ 96 KiB`, where any did. */
export const copiedCells = ({ copies, copiedBytes }: GrowthCost): Cell[] =>
  copies === 0 ? [] : [...counted(copies, 'step'), 'copied', claimedBytes(copiedBytes)];
