import { Args, Flags } from '@oclif/core';
import { memoryGroups } from '../analysis/memory-groups.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { pmapJson } from '../views/pmap/json.ts';
import { pmapReport } from '../views/pmap/report.ts';

export default class Pmap extends BaseCommand {
  static override readonly summary =
    'Sum a memory map: anonymous regions, shared libraries, heap, stack.';
  static override readonly description =
    `Reads a live process, saved \`pmap -x\` output in any of its languages, or a saved
/proc/PID/smaps. Sizes are address space, resident is what lies in RAM, dirty is what was
written. Where the capture calls everything [ anon ], the heap and the kernel's own pages are
told by their place; such rows are marked with ≈ and the reason stands below.`;
  static override readonly examples = [
    { description: 'A running process', command: '<%= config.bin %> pmap 1234' },
    {
      description: 'A saved capture',
      command: 'pmap -x 1234 > pmap.txt; <%= config.bin %> pmap pmap.txt --all',
    },
    {
      description: 'From another machine',
      command: 'ssh host pmap -x 1234 | <%= config.bin %> pmap - --json',
    },
  ];
  static override readonly args = {
    capture: Args.string({
      default: '-',
      description: 'PID of a running process, a file, or - for standard input; ./1234 is a file',
    }),
  };
  static override readonly flags = {
    all: Flags.boolean({ summary: 'List every mapping in address order.' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Pmap);
    const source = /^\d+$/.test(args.capture) ? Number(args.capture) : args.capture;
    const { capture, diagnostics } = await this.ingest({ source, wants: 'memory-maps' });
    const groups = capture?.artifact.maps.map(memoryGroups);
    const shown = capture &&
      groups && {
        reports: groups.map((group) =>
          pmapReport(group, { input: capture.info.name, top: flags.top, all: flags.all }),
        ),
        json: { processes: groups.map(pmapJson) },
      };
    return this.show({ info: capture?.info, shown, diagnostics }, flags);
  }
}
