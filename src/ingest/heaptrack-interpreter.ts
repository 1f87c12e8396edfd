/**
 * Runs heaptrack_interpret, which comes with heaptrack, to name the code addresses of a raw
 * recording. It is the only program that memtool ever starts, and gets no events, only modules and
 * call stacks: seconds at most, where a whole recording takes it minutes.
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { findProgram, isExecutable, programFolders } from '../input/programs.ts';
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
 */
export async function interpret(
  records: Iterable<Uint8Array>,
  silenceMs = SILENCE_MS,
): Promise<ToolAnswer> {
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
    child.stdout.on('data', (chunk: Uint8Array) => {
      output.push(chunk);
      timer.refresh();
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

function lastLine(text: string): string {
  const line = text.trim().split('\n').at(-1)!;
  return line === '' ? '' : `(${line})`;
}
