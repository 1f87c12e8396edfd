/** What a program of the corpus prints of a container, in its `truth.json`. */
export interface TrueContainer {
  readonly name: string;
  readonly kind: string;
  readonly elem_size: number;
  readonly len: number;
  readonly capacity: number;
  readonly cap_bytes: number;
  readonly ptr: string;
  readonly events: readonly { readonly cap: number; readonly len: number; readonly ptr: string }[];
}

/** Whether two runs of a program made the same containers, wherever they lie. */
export function sameContainers(
  some: readonly TrueContainer[],
  others: readonly TrueContainer[],
): boolean {
  const facts = (all: readonly TrueContainer[]) =>
    JSON.stringify(
      all.map(({ name, elem_size, len, capacity }) => [name, elem_size, len, capacity]),
    );
  return facts(some) === facts(others);
}
