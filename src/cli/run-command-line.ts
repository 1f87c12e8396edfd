import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Config, Help } from '@oclif/core';
import { endIfInterrupted } from '../input/interruption.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { watchOutput } from './output.ts';

/** The package's folder, from dist/chunks or from src/cli. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs what the command line asks for, and ends the program where that fails. */
export async function runCommandLine(): Promise<void> {
  watchOutput();
  // memtool has no plugins; without this oclif looks for some in the user's home at every start.
  const config = await Config.load({ root: ROOT, userPlugins: false, devPlugins: false });
  const line = commandLine(process.argv.slice(2), config.commands, existsSync);
  try {
    if (line.kind === 'help') await showHelp(line, config);
    else if (line.kind === 'unknown') throw await unknownCommand(line.word, config.commandIDs);
    else await config.runCommand(line.id, [...line.argv]);
  } catch (error) {
    await endWith(error, line.kind === 'command' ? line.id : undefined);
  }
  // Output needs no flush: on Linux, writes to files, pipes and terminals are complete when they return.
  endIfInterrupted();
}

async function unknownCommand(word: string, commands: readonly string[]): Promise<Error> {
  const failures = await import('./failure.ts');
  return failures.unknownCommand(word, commands);
}

/** Says what went wrong. Whatever else is going on, such as a thread that decodes, nobody waits for it. */
async function endWith(error: unknown, command: string | undefined): Promise<never> {
  const { failure } = await import('./failure.ts');
  const { inLocale } = await import('./locale.ts');
  const { text, exitCode } = await failure(error, command);
  process.stderr.write(inLocale(text));
  process.exit(exitCode);
}

/** What `-h` shows of a command; `--help` shows all. */
const SHORT_SECTIONS = ['summary', 'usage', 'arguments', 'flags'];

async function showHelp(
  { of, isShort }: Extract<CommandLine, { kind: 'help' }>,
  config: Config,
): Promise<void> {
  const sections = isShort && of !== undefined ? { sections: SHORT_SECTIONS } : {};
  const help = new Help(config, { hideCommandSummaryInDescription: true, ...sections });
  await help.showHelp(of === undefined ? [] : [of]);
}
