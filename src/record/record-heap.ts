import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { findProgram } from '../input/programs.ts';
import { heapRecorder } from './heap-recorder.ts';
import type { Interruptions } from './interruptions.ts';
import type { KeptInput } from './kept-input.ts';
import { endOf } from './program-end.ts';
import type { RecordingFiles } from './recording-files.ts';
import type { Tool } from './tools.ts';

/** What is run. */
interface Program {
  readonly command: readonly string[];
  /** Seconds after which it is ended; undefined: never. */
  readonly timeout: number | undefined;
}

/** What the run under heaptrack has beside the program. */
interface SecondRun {
  readonly heaptrack: Tool;
  readonly input: KeptInput;
  readonly files: RecordingFiles;
  readonly notes: string[];
}

/** heaptrack slows a program and changes its memory, so it gets a run of its own. */
export async function recordHeap(
  { command, timeout }: Program,
  interruptions: Interruptions,
  { heaptrack, input, files, notes }: SecondRun,
): Promise<void> {
  if (interruptions.happened) {
    notes.push('interrupted, so there was no second run under heaptrack (--timeout ends both)');
    return;
  }
  const recorder = heapRecorder(heaptrack.file);
  const [program = '', ...args] = command;
  // The names of some programs are commands of its shell, and found nowhere.
  const file = findProgram(program) ?? program;
  const argv = [...recorder.flags, '-o', files.pathOf('heaptrack'), file, ...args];
  const stdin = input.openAgain();
  const child = spawn(heaptrack.file, argv, { stdio: [stdin, 'ignore', 'ignore'] });
  if (typeof stdin === 'number') closeSync(stdin);
  await endOf(child, 'heaptrack', timeout, interruptions);
  const name = recorder.adopt(files.folder);
  if (name === undefined) notes.push('heaptrack left no recording');
  else files.adopt(name, 'its heap, in a run of its own');
}
