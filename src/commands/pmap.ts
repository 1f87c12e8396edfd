import { Args, Errors, Flags, type Interfaces } from '@oclif/core';
import { captureOf } from '../app/capture-folder.ts';
import { compareMaps, type MapSource, readFamily, readMap } from '../app/read-maps.ts';
import { BaseCommand, type BaseFlags } from '../cli/base-command.ts';
import { interactiveFlag, openedInteractively } from '../cli/flags/interactive.ts';
import { prose } from '../cli/prose.ts';
import { processFamily } from '../input/processes.ts';
import type { DifferenceResult, MapResult } from '../results/map/schema.ts';
import { mapDifferenceReport } from '../views/map/difference-report.ts';
import { familyReport } from '../views/map/family-report.ts';
import { mapReport } from '../views/map/report.ts';

export default class Pmap extends BaseCommand {
  static override readonly usage: string = 'pmap [CAPTURE|PID...] [FLAGS]';
  static override readonly summary: string =
    'Sum a memory map: anonymous regions, shared libraries, heap, stack.';
  static override readonly description =
    prose`Reads live processes, saved output of pmap with any options in any of its languages, or a saved
/proc/PID/smaps, maps, smaps_rollup or status. Sizes are address space, resident is what lies in RAM, dirty is what was
written. Where the capture calls everything [ anon ], the heap and the kernel's own pages are
told by their place; such rows are marked with ≈ and the reason stands below.`;
  static override readonly examples = [
    { description: 'A running process', command: '<%= config.bin %> pmap 1234' },
    {
      description: 'A saved capture',
      command: 'pmap -x 1234 > pmap.txt; <%= config.bin %> pmap pmap.txt --all',
    },
    {
      description: 'What changed between two moments',
      command: '<%= config.bin %> pmap before.txt after.txt',
    },
    {
      description: 'A process with its children, shared memory counted once (PSS)',
      command: '<%= config.bin %> pmap --tree 1234',
    },
    {
      description: 'From another machine',
      command: 'ssh host pmap -x 1234 | <%= config.bin %> pmap - --json',
    },
  ];
  static override readonly args = {
    capture: Args.string({
      multiple: true,
      description:
        'a PID, a file, or - for standard input; ./1234 is a file. Two captures are compared, several PIDs summed',
    }),
  };
  static override readonly flags = {
    interactive: interactiveFlag,
    all: Flags.boolean({ summary: 'List every mapping in address order.' }),
    tree: Flags.boolean({ summary: 'With all processes that descend from the given ones.' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Pmap);
    if (await openedInteractively(this.config, flags, args.capture ?? ['-'])) return undefined;
    const sources = (args.capture ?? ['-']).map(sourceOf);
    const pids = sources.filter((source) => typeof source === 'number');
    const areProcesses = pids.length === sources.length;
    if (flags.tree && !areProcesses) {
      throw new Errors.CLIError('--tree takes PIDs of live processes', { exit: 2 });
    }
    if (flags.tree || (areProcesses && pids.length > 1)) {
      const nodes = flags.tree ? pids.flatMap(processFamily) : pids.map(unrelated);
      const family = await readFamily(nodes, this.ingest);
      return this.showResult(family, { reports: (result) => [familyReport(result)] }, flags);
    }
    const [before, after] = sources;
    if (before !== undefined && after !== undefined && sources.length === 2) {
      const difference = await compareMaps(before, after, this.ingest);
      const report = ({ comparison }: DifferenceResult) =>
        mapDifferenceReport(comparison, flags.top);
      return this.showResult(difference, { reports: (result) => [report(result)] }, flags);
    }
    return this.showEach(sources, (source) => this.#showOne(source, flags));
  }

  async #showOne(source: MapSource, flags: PmapFlags): Promise<unknown> {
    const outcome = await readMap(source, this.ingest);
    const { top, all } = flags;
    const options = { input: outcome.info?.name ?? '', top, all };
    const reports = ({ processes }: MapResult) => processes.map((one) => mapReport(one, options));
    return this.showResult(outcome, { reports }, flags);
  }
}

type PmapFlags = Interfaces.InferredFlags<typeof Pmap.flags> & BaseFlags;

const sourceOf = (name: string): MapSource =>
  /^\d+$/.test(name) ? Number(name) : captureOf(name, 'memory-maps');

/** A process that need not be related to the others. */
const unrelated = (pid: number) => ({ pid, depth: 0 });
