/** What is typed, and what is meant by it. */
import { describe, expect, test } from 'vitest';
import { type CommandLine, commandLine } from '../../src/cli/command-line.ts';

const option = (char?: string) => ({ type: 'option', char });
const boolean = (char?: string) => ({ type: 'boolean', char });

/** As the manifest has them. */
const COMMANDS = [
  { id: 'explain', strict: true, flags: { top: option('n'), json: boolean() } },
  { id: 'pmap', strict: true, flags: { all: boolean() } },
  { id: 'record', strict: false, flags: { output: option('o'), heaptrack: boolean() } },
] as unknown as Parameters<typeof commandLine>[1];

const meant = (typed: string): CommandLine =>
  commandLine(typed.split(' ').filter(Boolean), COMMANDS, (name) => name === 'Makefile');

const command = (id: string, argv: string) => ({
  kind: 'command',
  id,
  argv: argv.split(' ').filter(Boolean),
});

describe('a command', () => {
  test.each([
    ['pmap x --all', command('pmap', 'x --all')],
    ['explain', command('explain', '')],
  ])('%s', (typed, expected) => expect(meant(typed)).toEqual(expected));
});

describe('what is no command and can be a capture is explained', () => {
  test.each(['smaps.txt', './smaps', '1234', '-', 'Makefile', 'a/b c'])('%s', (typed) =>
    expect(meant(typed)).toEqual(command('explain', typed)),
  );

  test('with flags before or behind it', () => {
    expect(meant('--json x.log')).toEqual(command('explain', '--json x.log'));
    expect(meant('x.log -n 3')).toEqual(command('explain', 'x.log -n 3'));
  });
});

describe('help', () => {
  const help = (of: string | undefined, isShort = false) => ({ kind: 'help', of, isShort });
  test.each([
    ['', help(undefined)],
    ['help', help(undefined)],
    ['help --help', help(undefined)],
    ['-h', help(undefined, true)],
    ['--help', help(undefined)],
    ['help pmap', help('pmap')],
    ['pmap --help', help('pmap')],
    ['pmap x -h', help('pmap', true)],
    ['record -h', help('record', true)],
    ['record -o folder -h', help('record', true)],
    ['x.log --help', help(undefined)],
  ])('%s', (typed, expected) => expect(meant(typed)).toEqual(expected));
});

describe('flags of a recorded program are its own', () => {
  test.each([
    ['record ls -la', '-- ls -la'],
    ['record ls -h --help', '-- ls -h --help'],
    ['record -o out --heaptrack ls -o x', '-o out --heaptrack -- ls -o x'],
    ['record --output out ls', '--output out -- ls'],
    ['record --output=out ls', '--output=out -- ls'],
    ['record -oout ls', '-oout -- ls'],
    ['record -- ls -la', '-- ls -la'],
    ['record -o out -- ls -- -x', '-o out -- ls -- -x'],
  ])('%s', (typed, argv) => expect(meant(typed)).toEqual(command('record', argv)));
});

test('what is neither is unknown', () => {
  expect(meant('pmp x')).toEqual({ kind: 'unknown', word: 'pmp' });
  expect(meant('help pmp')).toEqual({ kind: 'unknown', word: 'pmp' });
});
