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
