import { Args } from '@oclif/core';
import { heapFindings } from '../app/heap-findings.ts';
import { readCore } from '../app/read-core.ts';
import { type HeapWanted, readProcessHeap } from '../app/read-heap-account.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { fullLists, heapListFlags } from '../cli/flags/heap-lists.ts';
import { prose } from '../cli/prose.ts';
import { heapJson } from '../views/malloc/json.ts';
import { heapReport } from '../views/malloc/report.ts';

export default class Heap extends BaseCommand {
  static override readonly usage = 'heap PID|CORE... [FLAGS]';
  static override readonly summary =
    'Look into the heap of a process: live blocks, free ones that malloc keeps, what malloc_trim gives back.';
  static override readonly description =
    prose`Walks the heap of glibc's malloc through /proc while the process goes on; it is neither stopped nor
changed. It takes the right to trace it: the same user, or root. Of a core the same; memtool core shows its memory map as
well.`;
  static override readonly examples = [
    { description: 'A running process', command: '<%= config.bin %> heap 1234' },
    {
      description: 'All arenas, and the sizes of most blocks',
      command: '<%= config.bin %> heap 1234 --arenas --sizes --top 50',
    },
  ];
  static override readonly args = {
    source: Args.string({
      multiple: true,
      required: true,
      description: 'PIDs, core files, or - for standard input; ./1234 is a file',
    }),
  };
  static override readonly flags = heapListFlags;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Heap);
    return this.showEach(args.source, async (source) => {
      const { info, heap, diagnostics } = await this.#read(source, flags);
      const found = heap && heapFindings(heap);
      const shown = found && {
        reports: [heapReport(found, { top: flags.top, full: fullLists(flags) })],
        json: heapJson(found),
      };
      return this.show({ info, shown, diagnostics }, flags);
    });
  }

  async #read(source: string, wanted: HeapWanted) {
    if (/^\d+$/.test(source)) {
      const { reading, diagnostics } = readProcessHeap(Number(source), wanted);
      return { info: undefined, heap: reading, diagnostics };
    }
    const { reading, diagnostics } = await this.readWithProgress(source, (name, onProgress) =>
      readCore(name, onProgress, wanted),
    );
    return { info: reading?.info, heap: reading?.heap, diagnostics };
  }
}
