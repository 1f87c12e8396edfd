/**
 * The oldest keys of a full map, for somebody who removes them.
 *
 * Many at once: what was removed leaves holes at the map's beginning, and each look passes all of them
 * by. An iterator that is kept would know its place, but V8 keeps for it all that the map ever held.
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
