/**
 * A number or a name that memtool states, with how it knows it.
 *
 * `measured`: it stands in a capture, or is a plain sum of what stands there.
 * `inferred`: it follows from a rule; `because` says which, in words for the user. Views show it
 * with `≈` and can always print the reason.
 */
export type Claim<T> =
  | { readonly value: T; readonly basis: 'measured' }
  | { readonly value: T; readonly basis: 'inferred'; readonly because: string };

export function measured<T>(value: T): Claim<T> {
  return { value, basis: 'measured' };
}

/** The same claim of something that follows from its value alone. */
export const mapClaim = <T, U>(claim: Claim<T>, of: (value: T) => U): Claim<U> => ({
  ...claim,
  value: of(claim.value),
});

export function inferred<T>(value: T, because: string): Claim<T> {
  return { value, basis: 'inferred', because };
}
