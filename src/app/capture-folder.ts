/** Captures by the folder that they lie in: that of `memtool record`, or any other. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Artifact } from '../model/artifact.ts';
import { Refusal } from './refusal.ts';

/** What is read of a recording, of its moments in their order. */
const MOMENTS = ['peak', 'end', 'now'].map((moment) => ({
  smaps: `${moment}.smaps.txt`,
  others: [`${moment}.pmap-x.txt`],
  status: `${moment}.status.txt`,
  account: `${moment}.heap.json`,
}));
const LOGS = ['strace.log'];
const HEAPS = ['heaptrack.zst', 'heaptrack.gz'];

/** What `memtool record` writes beside its captures. */
const MANIFEST = 'manifest.json';

/**
 * The captures of a recording's folder, or of any folder: all its files.
 *
 * @returns undefined for what is no folder.
 */
export function capturesIn(folder: string): string[] | undefined {
  if (!isFolder(folder)) return undefined;
  const files = filesIn(folder);
  const captures = isRecording(folder, files) ? recorded(files) : files;
  return captures.map((name) => path.join(folder, name));
}

/**
 * The capture that a command reads of a recording's folder; of several maps that with the most in RAM.
 * Anything else is what it is.
 *
 * @throws Refusal where the recording has none.
 */
export function captureOf(name: string, kind: Artifact['kind']): string {
  if (!isFolder(name)) return name;
  const files = filesIn(name);
  if (!isRecording(name, files)) return name;
  const wanted = {
    'memory-maps': MOMENTS.flatMap(({ smaps, others }) => [smaps, ...others]),
    'syscall-trace': LOGS,
    'heap-profile': HEAPS,
    'heap-account': MOMENTS.map(({ account }) => account),
  }[kind];
  const found = wanted.find((file) => files.includes(file));
  if (found === undefined) throw new Refusal(`${name} ${LACKS[kind]}`, 1);
  return path.join(name, found);
}

const LACKS: Record<Artifact['kind'], string> = {
  'memory-maps': 'has no memory map: the program ended before one could be taken',
  'syscall-trace': 'has no strace log: it was recorded without strace',
  'heap-profile': 'has no heap recording; memtool record --heaptrack makes one',
  'heap-account': 'has no account of a heap: it was not of glibc, or could not be read',
};

const isFolder = (name: string) =>
  statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;

function filesIn(folder: string): string[] {
  const isFile = (name: string) =>
    statSync(path.join(folder, name), { throwIfNoEntry: false })?.isFile() === true;
  return readdirSync(folder).sort().filter(isFile);
}

const isRecording = (folder: string, files: readonly string[]) =>
  files.includes(MANIFEST) &&
  readFileSync(path.join(folder, MANIFEST), 'utf8').includes('"memtool/recording"');

function recorded(files: readonly string[]): string[] {
  const moments = MOMENTS.flatMap(({ smaps, others, status, account }) =>
    // The kernel's own map has all that pmap's has.
    [...(files.includes(smaps) ? [smaps] : others), status, account],
  );
  return [...moments, ...LOGS, ...HEAPS].filter((name) => files.includes(name));
}
