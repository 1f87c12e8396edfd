/** Runs commands in this process as the command line does, with a pipe behind them. */
import { Config } from '@oclif/core';
import { failure } from '../../src/cli/failure.ts';
import Capacity from '../../src/commands/capacity.ts';
import Core from '../../src/commands/core.ts';
import Explain from '../../src/commands/explain.ts';
import Heap from '../../src/commands/heap.ts';
import Heaptrack from '../../src/commands/heaptrack.ts';
import MapCommand from '../../src/commands/map.ts';
import Pmap from '../../src/commands/pmap.ts';
import Strace from '../../src/commands/strace.ts';
import { ROOT } from './paths.ts';

export const COMMANDS = {
  map: MapCommand,
  pmap: Pmap,
  strace: Strace,
  heap: Heap,
  heaptrack: Heaptrack,
  capacity: Capacity,
  core: Core,
  explain: Explain,
};
export type CommandName = keyof typeof COMMANDS;

export interface CommandRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

let config: Config | undefined;

/** @throws what is a fault of memtool. */
export async function runCommand(
  name: CommandName,
  ...argv: readonly string[]
): Promise<CommandRun> {
  config ??= await Config.load(ROOT);
  const written = { stdout: '', stderr: '' };
  const before = process.exitCode;
  process.exitCode = undefined;
  const restores = (['stdout', 'stderr'] as const).map((stream) => {
    const write = process[stream].write;
    process[stream].write = ((text: string | Uint8Array) => {
      written[stream] += typeof text === 'string' ? text : Buffer.from(text).toString('latin1');
      return true;
    }) as typeof write;
    return () => {
      process[stream].write = write;
    };
  });
  try {
    // One that extends another would have the other's.
    Object.assign(COMMANDS[name], { id: name });
    await COMMANDS[name].run([...argv], config);
    return { ...written, exitCode: Number(process.exitCode ?? 0) };
  } catch (error) {
    const { text, exitCode, isFault } = await failure(error, name);
    if (isFault) throw error;
    return { ...written, stderr: written.stderr + text, exitCode };
  } finally {
    for (const restore of restores) restore();
    process.exitCode = before;
  }
}
