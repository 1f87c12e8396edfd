import path from 'node:path';
import { Args, Errors, Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { duration } from '../cli/flags/duration.ts';
import { prose } from '../cli/prose.ts';
import { makeRecordingFolder } from '../cli/recording-folder.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { findProgram } from '../input/programs.ts';
import { record } from '../record/record.ts';
import { recordResult } from '../results/record/record-result.ts';
import { recordReport } from '../views/record/report.ts';

const MILLISECONDS = 1000;

/** As shells have it. */
const NOT_FOUND = 127;

export default class Record extends BaseCommand {
  static override readonly usage = 'record [FLAGS] COMMAND [ARGUMENTS]';
  static override readonly summary = 'Run a program and capture what it does with memory.';
  static override readonly description =
    prose`Runs the program under strace and writes a folder: strace.log, the memory map when most was
resident and when the program ended, and manifest.json, which says how they were made. What is not
installed is left out and named. The program's input, output and exit code pass through;
under --json its output goes to standard error. Ctrl-C is the program's to decide about; a second
one ends it and all that it started. What was captured until then is kept.`;
  static override readonly examples = [
    { description: 'Record', command: '<%= config.bin %> record ./program --its-own-flag' },
    {
      description: 'With the heap in a second run, ended after ten seconds',
      command: '<%= config.bin %> record --heaptrack --timeout 10s -o captures ./server',
    },
  ];
  static override readonly strict = false;
  static override readonly args = {
    command: Args.string({ multiple: true, required: true, description: 'the program to run' }),
  };
  static override readonly flags = {
    output: Flags.string({
      char: 'o',
      helpValue: 'FOLDER',
      summary: 'Where to write (default: memtool-PROGRAM-DATE); must be new or empty.',
    }),
    strace: Flags.boolean({ default: true, allowNo: true, summary: 'Trace system calls.' }),
    heaptrack: Flags.boolean({ summary: 'Run it once more under heaptrack.' }),
    timeout: duration({ summary: 'End the program after this time and keep what was captured.' }),
    interval: duration({
      default: 0.01,
      summary: 'Time between two looks at the resident size.',
    }),
    hold: duration({
      default: 0.03,
      summary: 'How long each process is held at its end, so that its map can be read.',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Record);
    const [program = ''] = args.command;
    if (findProgram(program) === undefined) {
      throw new Errors.CLIError(`there is no program ${program}`, { exit: NOT_FOUND });
    }
    const folder = makeRecordingFolder(flags.output, path.basename(program), new Date());
    const { manifest, exitCode } = await record({
      command: args.command,
      folder,
      strace: flags.strace,
      heaptrack: flags.heaptrack,
      timeout: flags.timeout,
      intervalMs: flags.interval * MILLISECONDS,
      holdMs: flags.hold * MILLISECONDS,
      memtoolVersion: this.config.version,
      outputToStderr: this.jsonEnabled(),
    });
    const diagnostics = new Diagnostics('record');
    for (const note of manifest.notes) diagnostics.report('record/incomplete', note);
    // The program's own output is what standard output is for.
    const result = recordResult(manifest, folder);
    const outcome = { info: undefined, result, diagnostics: [diagnostics] };
    const forms = { reports: () => [recordReport(manifest, folder)] };
    const document = this.showResult(outcome, forms, flags, process.stderr);
    process.exitCode = exitCode;
    return document;
  }
}
