import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** What a program printed, and its memory map while it slept after that. */
export interface PrintedRun {
  readonly command: readonly string[];
  /** A JSON document in one line, with the process's `pid`. */
  readonly printed: string;
  readonly smaps: Buffer;
}

/** The recorders print lines of their own around the program's. */
const DOCUMENT = /^\{"program".*\}(?=\n)/m;

/** Runs a program of the corpus without ASLR; it says that it is done by what it prints. */
export async function runProgram(command: string[], sleep: string): Promise<PrintedRun> {
  const child = spawn('setarch', ['-R', ...command], {
    // The environment stands on the stack: whose shell this is must not move what lies there.
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', MT_SLEEP_MS: sleep },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let found: Omit<PrintedRun, 'command'> | undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const printed = found ? undefined : DOCUMENT.exec(text)?.[0];
    if (printed === undefined) return;
    const { pid }: { pid: number } = JSON.parse(printed);
    found = { printed, smaps: readFileSync(`/proc/${pid}/smaps`) };
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    complaints += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0 || found === undefined) {
    throw new Error(`${command.join(' ')} ended with ${code}\n${text.slice(0, 500)}${complaints}`);
  }
  return { command, ...found };
}
