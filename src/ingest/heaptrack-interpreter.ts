/**
 * Runs heaptrack_interpret, which comes with heaptrack, to name the code addresses of a raw
 * recording. It is the only program that memtool ever starts, and gets no events, only modules and
 * call stacks: seconds at most, where a whole recording takes it minutes.
 */
import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { findProgram, isExecutable, programFolders } from '../input/programs.ts';
import { MIB } from '../model/bytes.ts';
import type { ToolAnswer } from '../parsers/format.ts';

const NAME = 'heaptrack_interpret';

/** Where packages and builds put it, seen from the folder of `heaptrack` itself. */
const BESIDE_HEAPTRACK = ['../lib/heaptrack/libexec', '../lib64/heaptrack/libexec', '../libexec'];
const USUAL_FOLDERS = [
  '/usr/lib/heaptrack/libexec',
  '/usr/lib64/heaptrack/libexec',
  '/usr/local/lib/heaptrack/libexec',
];

/** Names the program where it lies elsewhere; empty says that there is none. */
const OVERRIDE = 'MEMTOOL_HEAPTRACK_INTERPRET';

/** It writes as it goes; the longest silence is the reading of one large program's debug data. */
const SILENCE_MS = 60_000;

/** Names of a large desktop program with all its libraries take a tenth of it. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** How much of what it complains about is kept. */
const COMPLAINT_BYTES = 2000;

/** The interpreter of this machine, if there is one. */
export function findInterpreter(environment: NodeJS.ProcessEnv): string | undefined {
  const override = environment[OVERRIDE];
  if (override !== undefined) return override === '' ? undefined : override;
  const heaptrack = findProgram('heaptrack', environment);
  const beside = heaptrack ? path.dirname(realpathSync(heaptrack)) : undefined;
  return [
    ...(beside ? BESIDE_HEAPTRACK.map((folder) => path.join(beside, folder)) : []),
    ...USUAL_FOLDERS,
    ...programFolders(environment),
  ]
    .map((folder) => path.join(folder, NAME))
    .find(isExecutable);
}

/**
 * Feeds records to the interpreter and collects what it makes of them. Never throws: what goes
 * wrong is the answer.
 *
 * @param modules the files that the interpreter will read.
 */
export async function interpret(
  records: Iterable<Uint8Array>,
  modules: Iterable<string>,
  { silenceMs = SILENCE_MS, maxBytes = MAX_OUTPUT_BYTES } = {},
): Promise<ToolAnswer> {
  // A recording can name anything: reading a pipe would wait for ever, reading a device could do worse.
  const odd = [...modules].find((file) => isOddFile(file));
  if (odd !== undefined) return { failure: `${odd} is no regular file` };
  const program = findInterpreter(process.env);
  if (program === undefined) return { failure: `${NAME} is not installed` };
  const [{ spawn }, { Readable }] = await Promise.all([
    import('node:child_process'),
    import('node:stream'),
  ]);
  // With this empty it asks no server for debug data.
  const env = { ...process.env, DEBUGINFOD_URLS: '' };
  const child = spawn(program, [], { env, stdio: ['pipe', 'pipe', 'pipe'] });

  return new Promise((resolve) => {
    const output: Uint8Array[] = [];
    let complaint = '';
    const stop = (failure: string) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve({ failure });
    };
    const timer = setTimeout(
      () => stop(`${NAME} said nothing for ${silenceMs / 1000} s`),
      silenceMs,
    );
    let bytes = 0;
    child.stdout.on('data', (chunk: Uint8Array) => {
      output.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) stop(`${NAME} wrote more than ${maxBytes / MIB} MiB`);
      else timer.refresh();
    });
    child.stderr.on('data', (chunk: Uint8Array) => {
      if (complaint.length < COMPLAINT_BYTES) complaint += chunk.toString();
    });
    child.on('error', ({ message }) => stop(`${program} cannot be run (${message})`));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve({ output });
      else
        stop(`${NAME} ended with ${signal ?? `exit code ${code}`} ${lastLine(complaint)}`.trim());
    });
    // It may end before it has read everything; its exit code says so.
    child.stdin.on('error', () => {});
    Readable.from(records).pipe(child.stdin);
  });
}

/** What is there and no file; what is not there harms nobody. */
function isOddFile(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false })?.isFile() === false;
  } catch {
    // It may not be looked at, or has no name that a file can have.
    return false;
  }
}

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1)!;
  return line === '' ? '' : `(${line})`;
}
