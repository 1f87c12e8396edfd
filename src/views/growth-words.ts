/** What is said of growth in every report and on every screen. */
import type { Growth, GrowthAdvice, GrowthCost } from '../analysis/growth/growth.ts';
import type { Claim } from '../model/claim.ts';
import { bytes, type Cell, captured, counted, type Quantity } from './report.ts';

/** `≈ Vec of ≈ 24-byte elements`. Text from a log: escape it. */
export function containerWords({ container, element }: Growth): string {
  const of = element === undefined ? '' : ` of ≈ ${element.size.value}-byte elements`;
  return `≈ ${container?.value.name ?? 'buffer'}${of}`;
}

/** From its first capacity to its last: `≈ 8192 → 16384`; undefined where there are no two. */
export function capacityWords(growth: Growth): string | undefined {
  const known = knownCapacities(growth);
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
export const adviceCall = ({
  call,
  elements,
}: Pick<GrowthAdvice, 'call' | 'elements'>): string | undefined =>
  call && elements && `${call}(${elements.value})`;

/** What to do instead: the call, or what it would ask for. */
export function insteadCells(
  advice: Pick<GrowthAdvice, 'call' | 'elements'> & {
    readonly block: Pick<GrowthAdvice['block'], 'requested'>;
  },
): Cell[] {
  const call = adviceCall(advice);
  const { elements } = advice;
  if (elements === undefined) return ['reserving', bytes(advice.block.requested)];
  if (call !== undefined) return [captured(call, elements.basis === 'inferred')];
  return ['reserving', claimedCount(elements), 'elements'];
}

/** What an advice saves: steps, and more that its place has a use for. */
export const savesCells = (
  { savedSteps }: Pick<GrowthAdvice, 'savedSteps'>,
  ...more: readonly (readonly Cell[])[]
): Cell[] => [
  'saves',
  ...counted(savedSteps, 'step'),
  ...more.flatMap((saved) => ['and', ...saved]),
];

/** `1 mremap moved 192 KiB without a copy`, where there was any. */
export const movedCells = ({
  remaps,
  remappedBytes,
}: Pick<GrowthCost, 'remaps' | 'remappedBytes'>): Cell[] =>
  remaps === 0
    ? []
    : [...counted(remaps, 'mremap'), 'moved', bytes(remappedBytes), 'without a copy'];

/** `2 steps copied ≈ 96 KiB`, where any did. */
export const copiedCells = ({
  copies,
  copiedBytes,
}: Pick<GrowthCost, 'copies' | 'copiedBytes'>): Cell[] =>
  copies === 0 ? [] : [...counted(copies, 'step'), 'copied', claimedBytes(copiedBytes)];

/** Why inferred figures are what they are, each reason a note. */
export const reasonNotes = (
  claims: readonly (readonly [what: string, claim: Claim<unknown> | undefined])[],
): Cell[][] =>
  claims.flatMap(([what, claim]): Cell[][] =>
    claim?.basis === 'inferred' ? [['≈', captured(`${what}: ${claim.because}`)]] : [],
  );

/** Capacities in elements, as far as they are known. */
export const knownCapacities = ({ blocks }: Growth): number[] =>
  blocks.flatMap(({ capacity }) => capacity ?? []);
