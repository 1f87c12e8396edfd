/** What ended a command, in the words for the user, and the exit code that tells of it. */
import { Errors } from '@oclif/core';
import { Refusal } from '../app/refusal.ts';
import { escapeText } from '../views/text/escape.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

export interface Failure {
  /** Lines for standard error; empty where all has been said. */
  readonly text: string;
  readonly exitCode: number;
  /** Whether memtool itself is to blame. */
  readonly isFault: boolean;
}

/** What oclif's parser throws: it knows the command whose flags were wrong. */
interface ParseError extends Errors.CLIError {
  readonly parse: { readonly input?: { readonly flags?: Record<string, unknown> } };
  /** Flags that there are not. */
  readonly flags?: readonly string[];
}

const isParseError = (error: unknown): error is ParseError =>
  error instanceof Errors.CLIError && 'parse' in error;

/** What ends the program, as text and exit code. @param command whose it is, where it is known. */
export async function failure(error: unknown, command: string | undefined): Promise<Failure> {
  const program = command === undefined ? 'memtool' : `memtool ${command}`;
  const known = { isFault: false };
  if (error instanceof Errors.ExitError) {
    return { ...known, text: '', exitCode: error.oclif.exit ?? FAILED };
  }
  if (error instanceof Errors.CLIError) {
    const message = `${program}: ${escapeLines(await usageMessage(error))}\n`;
    const help = isParseError(error) ? `  see ${program} --help, or -h for a list of flags\n` : '';
    return { ...known, text: message + help, exitCode: error.oclif.exit ?? WRONG_USAGE };
  }
  if (error instanceof Refusal) {
    return {
      ...known,
      text: `${program}: ${escapeLines(error.message)}\n`,
      exitCode: error.exitCode,
    };
  }
  const { code, syscall, message, stack } = error as NodeJS.ErrnoException;
  if (code !== undefined && syscall !== undefined) {
    return { ...known, text: `${program}: ${escapeLines(message)}\n`, exitCode: FAILED };
  }
  const trace = process.env.MEMTOOL_DEBUG ? `${stack}\n` : '';
  const hint = '  this is a fault of memtool; MEMTOOL_DEBUG=1 shows where it happened\n';
  const text = `${program}: ${escapeLines(message)}\n${trace || hint}`;
  return { text, exitCode: FAILED, isFault: true };
}

/** What was typed can hold anything, too. */
const escapeLines = (text: string) => text.split('\n').map(escapeText).join('\n');

/** A mistake of the user in one sentence, with what may have been meant. */
export async function usageMessage(error: Error): Promise<string> {
  if (isParseError(error) && error.flags !== undefined) {
    const { didYouMean } = await import('./did-you-mean.ts');
    const [flag = ''] = error.flags;
    const known = Object.keys(error.parse.input?.flags ?? {}).map((name) => `--${name}`);
    return `unknown flag ${flag}${didYouMean(flag, known)}`;
  }
  // oclif says such things over several lines.
  return error.message
    .replace(/\nSee more help with --help$/, '')
    .replace(/^The following error occurred:\s+/, '')
    .replace(/^Parsing (--\S+)\s+/, '$1: ')
    .trim();
}

/** What can stand in a command's place. */
const WORDS = ['help', 'version'];

/** The error for a first word that is neither a command nor anything that can be read. */
export async function unknownCommand(
  word: string,
  commands: readonly string[],
): Promise<Errors.CLIError> {
  const { didYouMean } = await import('./did-you-mean.ts');
  const suggestion = didYouMean(word, [...WORDS, ...commands], 'memtool ');
  const message = `there is no command, file or process "${word}"${suggestion}`;
  return new Errors.CLIError(message, { exit: WRONG_USAGE });
}
