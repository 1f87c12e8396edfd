import { computeCapacity } from '../app/compute-capacity.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { capacityFlags, capacityQuery } from '../cli/flags/capacity.ts';
import { prose } from '../cli/prose.ts';
import { capacityReport } from '../views/capacity/report.ts';

export default class Capacity extends BaseCommand {
  static override readonly usage = 'capacity --length N [--element-size BYTES] [FLAGS]';
  static override readonly summary =
    'Compute what a container of so many elements takes: capacity, malloc, pages, slack.';
  static override readonly description =
    prose`Goes the way that memtool strace goes backwards: from a container and its elements to the
capacities it grows through, the bytes it asks for, what the allocator adds, the pages that the
kernel maps, and what asking for the exact length at once would take instead.`;
  static override readonly examples = [
    {
      description: 'A Vec of 12427 elements of 24 bytes, such as Strings',
      command: '<%= config.bin %> capacity --element-size 24 --length 12427',
    },
    {
      description: 'A HashMap<u64, u64> with musl',
      command:
        '<%= config.bin %> capacity --container hashmap --element-size 16 --length 100000 --allocator musl',
    },
    {
      description: 'A Vec that began with a capacity of 10000, on pages of 64 KiB',
      command:
        '<%= config.bin %> capacity --element-size 24 --length 25000 --capacity 10000 --page-size 65536',
    },
  ];
  static override readonly flags = capacityFlags;

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Capacity);
    const result = computeCapacity(capacityQuery(flags));
    const outcome = { info: undefined, result, diagnostics: [] };
    return this.showResult(outcome, { reports: (found) => [capacityReport(found)] }, flags);
  }
}
