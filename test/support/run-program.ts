import { spawn } from 'node:child_process';
import { ROOT } from './paths.ts';

export interface ProgramRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

export interface ProgramOptions {
  /** What stands on standard input; nothing and closed where absent. */
  readonly stdin?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly env?: Record<string, string>;
  /** User to run as; root may choose. */
  readonly uid?: number;
}

/** Runs any program from the project's folder and waits for its end. */
export async function run(
  command: string,
  args: readonly string[],
  { stdin, env, uid }: ProgramOptions = {},
): Promise<ProgramRun> {
  const user = uid === undefined ? {} : { uid };
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, ...user });
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      written[stream] += text;
    });
  }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  // A program may end before it has read everything.
  child.stdin.on('error', () => {});
  if (stdin instanceof Uint8Array || stdin === undefined) child.stdin.end(stdin);
  else {
    for await (const piece of stdin) {
      if (!child.stdin.write(piece)) {
        await new Promise((resolve) => {
          child.stdin.once('drain', resolve).once('close', resolve);
        });
      }
    }
    child.stdin.end();
  }
  const exitCode = await ended;
  return { ...written, exitCode };
}

/** Runs the built memtool, as an installed one. */
export function memtool(args: readonly string[], options?: ProgramOptions): Promise<ProgramRun> {
  return run(process.execPath, [`${ROOT}bin/run.js`, ...args], options);
}
