import { Config } from '@oclif/core';
import { vi } from 'vitest';
import Capacity from '../../src/commands/capacity.ts';
import Explain from '../../src/commands/explain.ts';
import Heaptrack from '../../src/commands/heaptrack.ts';
import Pmap from '../../src/commands/pmap.ts';
import Strace from '../../src/commands/strace.ts';
import { ROOT } from './paths.ts';

export const COMMANDS = {
  pmap: Pmap,
  strace: Strace,
  heaptrack: Heaptrack,
  capacity: Capacity,
  explain: Explain,
};
export type CommandName = keyof typeof COMMANDS;

export interface CommandRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const config = await Config.load(ROOT);

/** Runs a command in this process, as a user would from the project's folder with a pipe behind it. */
export async function runCommand(name: CommandName, ...argv: string[]): Promise<CommandRun> {
  const written = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  const exitCodeBefore = process.exitCode;
  try {
    await COMMANDS[name].run(argv, config);
    return { ...written, exitCode: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = exitCodeBefore;
    for (const spy of spies) spy.mockRestore();
  }
}
