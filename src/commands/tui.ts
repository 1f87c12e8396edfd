import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { growthFlags, growthNumbers, growthQuery } from '../cli/flags/strace.ts';
import { prose } from '../cli/prose.ts';
import { hasTerminal } from '../cli/terminal.ts';

/** A report has no use for the mouse. */
const isOfReport = (argument: string): boolean => !/^--(?:no-)?mouse$/.test(argument);

export default class Tui extends BaseCommand {
  static override readonly usage = 'tui [CAPTURE|PID|FOLDER...] [FLAGS]';
  static override readonly summary =
    'Explore captures in the terminal; without any, how capacity becomes pages.';
  static override readonly description =
    prose`Screens for the story, the memory map, what happened over time, containers that grew, the heap's
call trees and the lines of the captures. One computes what a container takes, for numbers of your
own. ? shows all keys. Where there is no terminal, the report of memtool explain is printed.`;
  static override readonly examples = [
    {
      description: 'Record a program and look around',
      command: '<%= config.bin %> record -o run -- ./program; <%= config.bin %> tui run',
    },
    {
      description: 'Captures made by hand',
      command: '<%= config.bin %> tui smaps.txt strace.log heaptrack.zst',
    },
    {
      description: 'A log that never touches the disk',
      command:
        'strace -f -e trace=%memory,%process ./program 2>&1 >/dev/null | <%= config.bin %> tui -',
    },
    {
      description: 'What a Vec of 12426 elements of 24 bytes takes',
      command: '<%= config.bin %> tui --elements 12426 --element-size 24',
    },
  ];
  /** A screen is no document; the report that stands in for it has one under its own name. */
  static override readonly enableJsonFlag = false;

  static override readonly args = {
    capture: Args.string({
      multiple: true,
      description: 'captures, PIDs, or a folder of captures; - for standard input',
    }),
  };
  static override readonly flags = {
    mouse: Flags.boolean({
      allowNo: true,
      default: true,
      summary: 'Scroll and choose with the mouse; the terminal selects text while Shift is held.',
    }),
    ...growthFlags,
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Tui);
    if (!hasTerminal()) return this.config.runCommand('explain', this.argv.filter(isOfReport));
    const names = args.capture ?? [];
    const { openInteractive } = await import('../cli/open-interactive.ts');
    await openInteractive({
      names,
      query: growthQuery(flags),
      numbers: growthNumbers(flags),
      color: flags.color,
      mouse: flags.mouse,
      version: this.config.version,
    });
    return undefined;
  }
}
