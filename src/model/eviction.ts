/**
 * The oldest keys of a full map, to be evicted.
 *
 * Many at once: evicted keys leave holes at the front of a map, and each search from the front passes all
 * of them. A long-lived iterator would skip them, but V8 keeps every entry that the map ever held for it.
 */
export function oldestKeys<Key>(map: ReadonlyMap<Key, unknown>): Key[] {
  const keys: Key[] = [];
  const count = Math.ceil(map.size / 8);
  for (const key of map.keys()) {
    if (keys.length === count) break;
    keys.push(key);
  }
  return keys;
}
