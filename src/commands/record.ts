import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Args, Errors, Flags, type Interfaces } from '@oclif/core';
import { heapFindings } from '../app/heap-findings.ts';
import { readProcessHeap, WITH_CONTAINERS } from '../app/read-heap-account.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { duration } from '../cli/flags/duration.ts';
import { prose } from '../cli/prose.ts';
import { makeRecordingFolder } from '../cli/recording-folder.ts';
import { Diagnostics } from '../diagnostics/diagnostic.ts';
import { isSystemError, reportReadError } from '../input/open.ts';
import { findProgram } from '../input/programs.ts';
import type { Manifest } from '../record/manifest.ts';
import { record } from '../record/record.ts';
import { recordRunning } from '../record/record-running.ts';
import { jsonDocument } from '../results/document.ts';
import { mallocResult } from '../results/malloc/malloc-result.ts';
import { recordResult } from '../results/record/record-result.ts';
import { recordReport } from '../views/record/report.ts';

const MILLISECONDS = 1000;

/** As shells have it. */
const NOT_FOUND = 127;

type RecordFlags = Interfaces.InferredFlags<typeof Record.flags> &
  Interfaces.InferredFlags<typeof BaseCommand.baseFlags>;

export default class Record extends BaseCommand {
  static override readonly usage = [
    'record [FLAGS] COMMAND [ARGUMENTS]',
    'record --pid PID [--core] [-o FOLDER]',
  ];
  static override readonly summary =
    'Run a program, or look at a running one, and capture what it does with memory.';
  static override readonly description =
    prose`Runs the program under strace and writes a folder: strace.log, the memory map when most was
resident and when the program ended, and manifest.json, which says how they were made. What is not
installed is left out and named. The program's input, output and exit code pass through;
under --json its output goes to standard error. Ctrl-C is the program's to decide about; a second
one ends it and all that it started. What was captured until then is kept.

With --pid a process that runs already is captured as it is at that moment, and goes on.`;
  static override readonly examples = [
    { description: 'Record', command: '<%= config.bin %> record ./program --its-own-flag' },
    {
      description: 'With the heap in a second run, ended after ten seconds',
      command: '<%= config.bin %> record --heaptrack --timeout 10s -o captures ./server',
    },
    { description: 'A process that runs already', command: '<%= config.bin %> record --pid 1234' },
  ];
  static override readonly strict = false;
  static override readonly args = {
    command: Args.string({ multiple: true, default: [], description: 'the program to run' }),
  };
  static override readonly flags = {
    output: Flags.string({
      char: 'o',
      helpValue: 'FOLDER',
      summary: 'Where to write (default: memtool-PROGRAM-DATE); must be new or empty.',
    }),
    pid: Flags.integer({
      helpValue: 'PID',
      min: 1,
      exclusive: ['heaptrack', 'timeout', 'interval', 'hold'],
      summary: 'Capture a process that runs already.',
    }),
    core: Flags.boolean({
      summary: 'Keep the contents of its memory as well, for debuggers; they may hold secrets.',
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
    if ((flags.pid === undefined) === (args.command.length === 0)) {
      throw new Errors.CLIError('give the program to run, or --pid and a process', { exit: 2 });
    }
    return flags.pid === undefined
      ? this.#run(args.command, flags)
      : this.#capture(flags.pid, flags);
  }

  async #run(command: string[], flags: RecordFlags): Promise<unknown> {
    const [program = ''] = command;
    if (findProgram(program) === undefined) {
      throw new Errors.CLIError(`there is no program ${program}`, { exit: NOT_FOUND });
    }
    const folder = makeRecordingFolder(flags.output, path.basename(program), new Date());
    const { manifest, exitCode } = await record({
      command,
      folder,
      core: flags.core,
      heapOf: (one) => this.#heapOf(one),
      strace: flags.strace,
      heaptrack: flags.heaptrack,
      timeout: flags.timeout,
      intervalMs: flags.interval * MILLISECONDS,
      holdMs: flags.hold * MILLISECONDS,
      memtoolVersion: this.config.version,
      outputToStderr: this.jsonEnabled(),
    });
    // The program's own output is what standard output is for.
    const document = this.#show(manifest, folder, flags, process.stderr);
    process.exitCode = exitCode;
    return document;
  }

  async #capture(pid: number, flags: RecordFlags): Promise<unknown> {
    const diagnostics = new Diagnostics('record');
    try {
      const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trimEnd();
      // Nothing is made for a process that may not be read.
      readFileSync(`/proc/${pid}/smaps`);
      const folder = makeRecordingFolder(flags.output, path.basename(name), new Date());
      const request = {
        pid,
        folder,
        core: flags.core,
        heapOf: (one: number) => this.#heapOf(one),
        memtoolVersion: this.config.version,
      };
      return this.#show(recordRunning(request), folder, flags);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      reportReadError(error, 'process', diagnostics);
      const outcome = { info: undefined, result: undefined, diagnostics: [diagnostics] };
      return this.showResult(outcome, { reports: () => [] }, flags);
    }
  }

  /** The document of `memtool heap PID --json`; undefined where there is no heap of glibc. */
  #heapOf(pid: number): string | undefined {
    const { reading, diagnostics } = readProcessHeap(pid, WITH_CONTAINERS);
    if (reading?.account === undefined) return undefined;
    const result = mallocResult(heapFindings(reading));
    const { version } = this.config;
    return `${JSON.stringify(jsonDocument('heap', version, undefined, result, [diagnostics]))}\n`;
  }

  #show(manifest: Manifest, folder: string, flags: RecordFlags, to?: NodeJS.WriteStream): unknown {
    const diagnostics = new Diagnostics('record');
    for (const note of manifest.notes) diagnostics.report('record/incomplete', note);
    const result = recordResult(manifest, folder);
    const outcome = { info: undefined, result, diagnostics: [diagnostics] };
    const forms = { reports: () => [recordReport(manifest, folder)] };
    return this.showResult(outcome, forms, flags, to);
  }
}
