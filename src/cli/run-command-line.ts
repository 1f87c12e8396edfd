import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Config, Help } from '@oclif/core';
import { endIfInterrupted } from '../input/interruption.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { failure, unknownCommand } from './failure.ts';
import { watchOutput } from './output.ts';
import { inLocale } from './terminal.ts';

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
    const { text, exitCode } = await failure(error, line.kind === 'command' ? line.id : undefined);
    process.stderr.write(inLocale(text));
    // Whatever else is going on, such as a thread that decodes: nobody waits for it any more.
    process.exit(exitCode);
  }
  // Output needs no flush: on Linux, writes to files, pipes and terminals are complete when they return.
  endIfInterrupted();
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
