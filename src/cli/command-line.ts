/** What was typed, as the command that is meant. */
import type { Command } from '@oclif/core';

export type CommandLine =
  | { readonly kind: 'command'; readonly id: string; readonly argv: readonly string[] }
  /** `of` is a command; all of memtool where it is absent. */
  | { readonly kind: 'help'; readonly of: string | undefined; readonly isShort: boolean }
  | { readonly kind: 'unknown'; readonly word: string };

/** A command, as far as telling its flags from its arguments goes. */
type Known = Pick<Command.Cached, 'id' | 'flags' | 'strict'>;

/** What a capture is shown by where no command is named. */
const DEFAULT_COMMAND = 'explain';

/** Behind it nothing is a flag. */
const END_OF_FLAGS = '--';

/**
 * Finds the command: the first word where it is one, else `explain`, if that word can be a capture.
 *
 * @param isFile whether there is a file or folder of that name.
 */
export function commandLine(
  argv: readonly string[],
  commands: readonly Known[],
  isFile: (name: string) => boolean,
): CommandLine {
  const [first, ...rest] = argv;
  if (first === undefined) return { kind: 'help', of: undefined, isShort: false };
  if (first === 'help') return helpFor(rest[0], commands);
  if (isHelp(first)) return { kind: 'help', of: undefined, isShort: first === '-h' };
  const command = commands.find(({ id }) => id === first);
  if (command === undefined && !canBeCapture(first, isFile))
    return { kind: 'unknown', word: first };
  const ofCommand = command
    ? flagsFirst(command, rest)
    : flagsFirst(commands.find(({ id }) => id === DEFAULT_COMMAND)!, argv);
  const id = command?.id ?? DEFAULT_COMMAND;
  const help = beforeEnd(ofCommand).find(isHelp);
  if (help !== undefined) return { kind: 'help', of: command && id, isShort: help === '-h' };
  return { kind: 'command', id, argv: ofCommand };
}

const isHelp = (word: string) => word === '-h' || word === '--help';

function helpFor(word: string | undefined, commands: readonly Known[]): CommandLine {
  const isKnown = word === undefined || isHelp(word) || commands.some(({ id }) => id === word);
  if (!isKnown) return { kind: 'unknown', word };
  const of = word === undefined || isHelp(word) ? undefined : word;
  return { kind: 'help', of, isShort: false };
}

/** Flags of the default command, standard input, a PID, and what is or looks like a path. */
function canBeCapture(word: string, isFile: (name: string) => boolean): boolean {
  return word.startsWith('-') || /^\d+$/.test(word) || /[./]/.test(word) || isFile(word);
}

function beforeEnd(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf(END_OF_FLAGS);
  return end === -1 ? argv : argv.slice(0, end);
}

/**
 * A command that runs a program takes flags before the program's name only: `record ls -la` lists with
 * `-la`, as under strace, perf or time. The others take theirs anywhere.
 */
function flagsFirst({ flags, strict }: Known, argv: readonly string[]): readonly string[] {
  if (strict) return argv;
  let at = 0;
  while (at < argv.length && argv[at] !== END_OF_FLAGS) {
    const word = argv[at]!;
    if (!word.startsWith('-')) return [...argv.slice(0, at), END_OF_FLAGS, ...argv.slice(at)];
    at += takesNext(word, flags) ? 2 : 1;
  }
  return argv;
}

/** Whether the word behind a flag is its value: `-o FOLDER`, but not `-oFOLDER` or `--output=FOLDER`. */
function takesNext(word: string, flags: Known['flags']): boolean {
  const flag = word.startsWith('--')
    ? flags[word.slice(2)]
    : Object.values(flags).find(({ char }) => word === `-${char}`);
  return flag?.type === 'option';
}
