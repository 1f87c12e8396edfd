import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { commandOf } from '../../src/ingest/choose-format.ts';
import type { Input } from '../../src/input/input.ts';
import { decodeInput } from '../../src/input/input.ts';
import { RawBytes } from '../../src/input/raw-bytes.ts';
import type { Format } from '../../src/parsers/format.ts';
import { FORMATS } from '../../src/parsers/index.ts';
import { ROOT } from './paths.ts';

/** One capture under fixtures/, with what memtool is expected to print of it beside it. */
export interface Fixture {
  /** Path from the project's folder, such as `fixtures/pmap/german/input.txt`. */
  readonly path: string;
  /** `fixtures/pmap/german/input.expected.txt`. */
  readonly goldenPath: string;
}

/** Folders whose captures have goldens; fixtures/corpus has the programs' own truth instead. */
const FOLDERS = [
  'pmap',
  'maps',
  'smaps',
  'smaps-rollup',
  'status',
  'strace',
  'heaptrack',
  'dhat',
  'massif',
  'xtree',
  'jemalloc-heap',
  'heap-text',
  'pprof',
  'mtrace',
  'event-log',
  'memtool-heap',
  'malloc-info',
  'mallinfo',
  'jemalloc-stats',
  'tcmalloc-stats',
  'unknown',
  'stories',
];

/** Files of a case that are captures; the rest are programs, truths and goldens. */
const CAPTURE =
  /^(?:input|pmap-x|smaps|strace[\w-]*|heaptrack)\.(?:txt|log|json|xml|zst|gz|xz|bin)$/;

export const FIXTURES: readonly Fixture[] = FOLDERS.flatMap((folder) =>
  readdirSync(`${ROOT}fixtures/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => CAPTURE.test(path.basename(file)))
    .map((file) => fixture(`fixtures/${folder}/${file}`)),
).sort((a, b) => (a.path < b.path ? -1 : 1));

function fixture(file: string): Fixture {
  return {
    path: file,
    goldenPath: `${ROOT}${file.replace(/\.\w+$/, '.expected.txt')}`,
  };
}

/** Opens a fixture as the commands do. Undefined when nothing can be decoded. */
export function openFixture(file: string): Promise<Input | undefined> {
  const raw = RawBytes.open(file);
  return decodeInput({ name: file, process: undefined, raw }, new Diagnostics(file), () => {});
}

/** The formats that claim an input, with certainty. */
export function claimants(input: Input): Format[] {
  return FORMATS.filter((format) => format.detect(input.head).match === 'yes');
}

/**
 * The command that shows a fixture, with the arguments that keep its golden small; `more` are those of
 * further reports on it.
 */
export function commandFor(format: Format | undefined) {
  const name = (format ? commandOf(format) : 'pmap') as
    | 'map'
    | 'pmap'
    | 'strace'
    | 'heap'
    | 'heaptrack';
  const isProfile = format?.produces === 'heap-profile';
  const limits = isProfile ? ['--top', '3'] : [];
  const more = isProfile ? [['--all-code', '--stacks', '2', '--frames', '4']] : [];
  return { name, args: ['--bytes', ...limits], more, isProfile };
}
