/**
 * The oldest key of a map, for somebody who removes it then.
 *
 * `map.keys().next()` would pass by all that was removed before, each time: V8 leaves holes, and
 * sweeps them out only when they are half of the map.
 */
export class OldestKeys<Key> {
  readonly #map: ReadonlyMap<Key, unknown>;
  #keys: Iterator<Key>;

  constructor(map: ReadonlyMap<Key, unknown>) {
    this.#map = map;
    this.#keys = map.keys();
  }

  /** Undefined where the map is empty. Who does not remove the key is given it late again. */
  next(): Key | undefined {
    const next = this.#keys.next();
    if (!next.done) return next.value;
    this.#keys = this.#map.keys();
    return this.#keys.next().value;
  }
}
