/** How a program that was started ends: by itself, by a signal, or when its time is over. */
import type { ChildProcess } from 'node:child_process';
import type { Interruptions } from './interruptions.ts';
import { RunningProgram, type StartedBy } from './running-program.ts';

export interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly complaint: string | undefined;
}

/** Waits for a program's end, which signals and a timeout can bring about. */
export async function endOf(
  child: ChildProcess,
  startedBy: StartedBy,
  timeout: number | undefined,
  interruptions: Interruptions,
  beforeSignal: () => void = () => {},
): Promise<Exit> {
  const ended = exitOf(child);
  const program = new RunningProgram(child, startedBy, beforeSignal);
  interruptions.watch(program);
  const timers = timeout === undefined ? [] : program.endAfter(timeout);
  const exit = await ended;
  for (const timer of timers) clearTimeout(timer);
  interruptions.watch(undefined);
  return exit;
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) =>
      resolve({ exitCode: 127, signal: null, complaint: message }),
    );
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal, complaint: undefined }));
  });
}
