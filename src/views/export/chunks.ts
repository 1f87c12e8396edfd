/** Characters per piece: fewer, larger writes, without the whole text in memory. */
const CHUNK_LENGTH = 64 * 1024;

/** Joins short texts to pieces that are worth a write. */
export function* chunked(texts: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** Members of a list that are joined at once: stacks may have millions. */
const JOINED = 4096;

/** The texts of a list with a separator between them. */
export function* joined<T>(
  list: readonly T[],
  separator: string,
  textOf: (one: T) => string | number,
): Generator<string> {
  for (let at = 0; at < list.length; at += JOINED) {
    if (at > 0) yield separator;
    yield list
      .slice(at, at + JOINED)
      .map(textOf)
      .join(separator);
  }
}
