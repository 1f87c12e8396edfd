import { Args } from '@oclif/core';
import { straceFindings } from '../analysis/address-space/findings.ts';
import { ReplayFold } from '../analysis/address-space/replay.ts';
import { BaseCommand, type BaseFlags } from '../cli/base-command.ts';
import { groupParts, type Parts } from '../ingest/parts.ts';
import { straceJson } from '../views/strace/json.ts';
import { straceReport } from '../views/strace/report.ts';

export default class Strace extends BaseCommand {
  static override readonly summary =
    'Replay an strace log: brk heap, anonymous mappings, peak, and how mappings grew.';
  static override readonly description =
    `Reads a log of any strace options, compressed or not. Every line is recognised; brk, mmap,
munmap, mremap, mprotect and madvise are replayed per process, in the order in which the kernel
did them. A buffer that malloc keeps in a mapping of its own, such as a large Vec, shows as one
mapping that grows.`;
  static override readonly examples = [
    {
      description: 'Record and read',
      command: 'strace -f -tt -o strace.log ./program; <%= config.bin %> strace strace.log',
    },
    {
      description: 'A log that never touches the disk',
      command:
        'strace -f -e trace=%memory,%process ./program 2>&1 >/dev/null | <%= config.bin %> strace -',
    },
    {
      description: 'One log per process, read as one run',
      command: 'strace -ff -ttt -o strace.log ./program; <%= config.bin %> strace strace.log.*',
    },
    {
      description: 'The largest three of every list, sizes as plain bytes',
      command: '<%= config.bin %> strace strace.log --top 3 --bytes',
    },
  ];
  static override readonly args = {
    log: Args.string({
      multiple: true,
      description:
        'strace logs; the files of strace -ff (log.PID) are one run; none, or -, for standard input',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Strace);
    const documents: unknown[] = [];
    for (const [i, source] of groupParts(args.log ?? ['-']).entries()) {
      if (i > 0 && !this.jsonEnabled()) process.stdout.write('\n');
      documents.push(await this.#showOne(source, flags));
    }
    return documents.length === 1 ? documents[0] : documents;
  }

  async #showOne(source: string | Parts, flags: BaseFlags): Promise<unknown> {
    const replay = new ReplayFold();
    const { capture, diagnostics } = await this.ingest({
      source,
      wants: 'syscall-trace',
      syscallFolds: [replay],
    });
    const findings = capture && straceFindings(capture.artifact, replay.finish());
    const shown = capture &&
      findings && {
        reports: [straceReport(findings, { input: capture.info.name, top: flags.top })],
        json: straceJson(findings),
      };
    return this.show({ info: capture?.info, shown, diagnostics }, flags);
  }
}
