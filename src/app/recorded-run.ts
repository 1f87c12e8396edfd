/** What `memtool record` wrote beside its captures: its manifest, and what was resident over time. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type {
  RecordedMoment,
  RecordedRun,
  ResidentSample,
} from '../analysis/story/recorded-run.ts';

const MANIFEST = 'manifest.json';
const RESIDENT = 'resident.csv';

/** A larger one is not memtool's. */
const LARGEST_FILE = 2 ** 24;

const KINDS = ['peak', 'exit', 'last', 'running'] as const satisfies RecordedMoment['kind'][];

/** The run whose captures lie in the folders of these files; undefined where none of them is a recording. */
export function recordedRunOf(files: readonly string[]): RecordedRun | undefined {
  for (const folder of new Set(files.map((file) => path.dirname(file)))) {
    const manifest = manifestIn(folder);
    if (manifest) return runOf(folder, manifest);
  }
  return undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function manifestIn(folder: string): Fields | undefined {
  try {
    const document = fieldsOf(JSON.parse(textOf(path.join(folder, MANIFEST))));
    return document?.schema === 'memtool/recording' ? document : undefined;
  } catch {
    // No recording, or a damaged one: its captures tell of themselves.
    return undefined;
  }
}

function runOf(folder: string, manifest: Fields): RecordedRun {
  const files = listOf(manifest.files)
    .map(fieldsOf)
    .filter((file) => file !== undefined);
  const byPath = new Map(files.map((file) => [path.join(folder, String(file.name)), file]));
  return {
    command: listOf(manifest.command).filter((word) => typeof word === 'string'),
    pid: numberOf(manifest.pid),
    // At its exit it is held, which takes time as well.
    seconds:
      numberOf(files.find(({ moment }) => moment === 'exit')?.seconds) ??
      numberOf(manifest.durationSeconds) ??
      0,
    resident: residentIn(folder),
    momentOf(capture) {
      const file = byPath.get(path.normalize(capture));
      if (file === undefined) return undefined;
      const kind = KINDS.find((one) => one === file.moment);
      return { kind, seconds: numberOf(file.seconds), pid: numberOf(file.pid) };
    },
  };
}

/** Lines of `seconds,residentBytes` below their heading; others are passed over. */
function residentIn(folder: string): ResidentSample[] {
  let text: string;
  try {
    text = textOf(path.join(folder, RESIDENT));
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [seconds, bytes] = line.split(',').map(Number);
    const isSample = Number.isFinite(seconds) && Number.isSafeInteger(bytes) && line !== '';
    return isSample ? [{ seconds: seconds!, bytes: bytes! }] : [];
  });
}

function textOf(file: string): string {
  if (statSync(file).size > LARGEST_FILE) return '';
  return readFileSync(file, 'utf8');
}

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null ? (value as Fields) : undefined;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
