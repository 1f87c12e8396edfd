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
