import { readdirSync } from 'node:fs';
import { ROOT } from './paths.ts';

const CORPUS = 'fixtures/corpus/';

/** Recordings of real programs, small enough to be compared whole. */
export const RECORDINGS: readonly string[] = [
  'fixtures/stories/seed/heaptrack.zst',
  'fixtures/heaptrack/vec-growth/input.zst',
  'fixtures/heaptrack/inlined-frames/input.txt',
  ...readdirSync(ROOT + CORPUS, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('heaptrack.zst'))
    .map((file) => CORPUS + file),
];

/** One of each program: what depends on the program, and not on the sizes that it was run with. */
export const ONE_PER_PROGRAM: readonly string[] = RECORDINGS.filter(
  (file, i) => RECORDINGS.findIndex((other) => programOf(other) === programOf(file)) === i,
);

function programOf(file: string): string {
  return file.split('/').slice(0, 3).join('/');
}
