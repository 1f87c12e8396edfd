import { Args, Errors } from '@oclif/core';
import { heapFindings } from '../app/heap-findings.ts';
import { readProcessHeap } from '../app/read-heap-account.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { fullLists, heapListFlags } from '../cli/flags/heap-lists.ts';
import { prose } from '../cli/prose.ts';
import { heapJson } from '../views/malloc/json.ts';
import { heapReport } from '../views/malloc/report.ts';

export default class Heap extends BaseCommand {
  static override readonly usage = 'heap PID... [FLAGS]';
  static override readonly summary =
    'Look into the heap of a living process: live blocks, free ones that malloc keeps, what malloc_trim gives back.';
  static override readonly description =
    prose`Walks the heap of glibc's malloc through /proc while the process goes on; it is neither stopped nor
changed. It takes the right to trace it: the same user, or root. For the heap in a core: memtool core FILE.`;
  static override readonly examples = [
    { description: 'A running process', command: '<%= config.bin %> heap 1234' },
    {
      description: 'All arenas, and the sizes of most blocks',
      command: '<%= config.bin %> heap 1234 --arenas --sizes --top 50',
    },
  ];
  static override readonly args = {
    process: Args.string({ multiple: true, required: true, description: 'PIDs' }),
  };
  static override readonly flags = heapListFlags;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Heap);
    const wrong = args.process.find((one) => !/^\d+$/.test(one));
    if (wrong !== undefined) {
      throw new Errors.CLIError(`heap takes PIDs; a core: memtool core ${wrong}`, { exit: 2 });
    }
    return this.showEach(args.process.map(Number), async (pid) => {
      const { reading, diagnostics } = readProcessHeap(pid);
      const found = reading && heapFindings(reading);
      const shown = found && {
        reports: [heapReport(found, { top: flags.top, full: fullLists(flags) })],
        json: heapJson(found),
      };
      return this.show({ info: undefined, shown, diagnostics }, flags);
    });
  }
}
