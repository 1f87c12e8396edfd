import { type Claim, inferred, measured } from '../model/claim.ts';

/** Null for what was measured. */
export const reasonOf = (claim: Claim<unknown>): string | null =>
  claim.basis === 'inferred' ? claim.because : null;

/** A value and the rule that it follows from. */
export const claimResult = <Value>(claim: Claim<Value>) => ({
  value: claim.value,
  because: reasonOf(claim),
});

/** A value of a result as the claim that it was written from. */
export const claimOf = <Value>({
  value,
  because,
}: {
  readonly value: Value;
  readonly because: string | null;
}): Claim<Value> => (because === null ? measured(value) : inferred(value, because));
