import { Args, Flags } from '@oclif/core';
import type { CoreFindings } from '../analysis/process/findings.ts';
import { heapFindings } from '../app/heap-findings.ts';
import { readCore } from '../app/read-core.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { fullLists, heapListFlags } from '../cli/flags/heap-lists.ts';
import { prose } from '../cli/prose.ts';
import { coreResult } from '../results/malloc/core-result.ts';
import { coreReport } from '../views/malloc/core-report.ts';

export default class Core extends BaseCommand {
  static override readonly usage = 'core FILE... [FLAGS]';
  static override readonly summary =
    'Read a core dump: why it died, its memory map, what malloc had given out and kept.';
  static override readonly description =
    prose`Reads ELF cores of Linux on x86-64 and arm64, of the kernel, gcore and systemd-coredump, plain or
compressed. Nothing of the program is needed, neither the file nor symbols. Contents of memory are counted and never shown.`;
  static override readonly examples = [
    { description: 'A core file', command: '<%= config.bin %> core core.1234' },
    {
      description: 'The last crash that systemd kept',
      command: 'coredumpctl dump | <%= config.bin %> core -',
    },
    {
      description: 'A process that goes on',
      command: 'gcore -o core 1234; <%= config.bin %> core core.1234',
    },
  ];
  static override readonly args = {
    core: Args.string({
      multiple: true,
      required: true,
      description: 'core files, or - for standard input',
    }),
  };
  static override readonly flags = {
    all: Flags.boolean({ summary: 'List every mapping in address order.' }),
    ...heapListFlags,
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Core);
    return this.showEach(args.core, async (source) => {
      const { reading, diagnostics } = await this.readWithProgress(source, (name, onProgress) =>
        readCore(name, onProgress, flags),
      );
      const result = reading && { ...reading, heap: heapFindings(reading.heap) };
      const { top, all } = flags;
      const outcome = { info: result?.info, result, diagnostics: [diagnostics] };
      const options = { top, all, full: fullLists(flags) };
      const forms = {
        reports: (core: CoreFindings) => [coreReport(core, options)],
        json: coreResult,
      };
      return this.showResult(outcome, forms, flags);
    });
  }
}
