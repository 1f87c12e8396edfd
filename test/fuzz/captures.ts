/** What is damaged: the captures under fixtures/, as text. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { FIXTURES } from '../support/fixtures.ts';
import { ROOT } from '../support/paths.ts';

export interface Seed {
  readonly file: string;
  readonly bytes: Buffer;
}

/** Thousands of runs over each: larger ones say little more. */
const LARGEST_BYTES = 64 * 1024;

/** Decoded captures of all formats, small enough to be read many times. */
export function seeds(): Seed[] {
  const files = [...FIXTURES.map(({ path }) => path), ...corpus()];
  const found: Seed[] = [];
  for (const file of files) {
    if (statSync(ROOT + file).size > LARGEST_BYTES) continue;
    const bytes = decoded(file);
    if (bytes.length > 0 && bytes.length <= 4 * LARGEST_BYTES) found.push({ file, bytes });
  }
  return found;
}

const corpus = () =>
  readdirSync(`${ROOT}fixtures/corpus`, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?:\.log|pmap.*\.txt|\.zst)$/.test(file))
    .map((file) => `fixtures/corpus/${file}`)
    .sort();

/** A damaged one is as good as it is. */
function decoded(file: string): Buffer {
  const bytes = readFileSync(ROOT + file);
  const unpack = { '.zst': zstdDecompressSync, '.gz': gunzipSync }[path.extname(file)];
  try {
    return unpack ? unpack(bytes) : bytes;
  } catch {
    return bytes;
  }
}
