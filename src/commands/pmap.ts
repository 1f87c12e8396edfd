import { Args, Errors, Flags, type Interfaces } from '@oclif/core';
import { mapDifference } from '../analysis/memory-map/map-difference.ts';
import { memoryGroups } from '../analysis/memory-map/memory-groups.ts';
import { type FamilyMember, processFamilyOf } from '../analysis/memory-map/process-family.ts';
import { captureOf } from '../app/capture-folder.ts';
import { BaseCommand, type BaseFlags } from '../cli/base-command.ts';
import { interactiveFlag, openedInteractively } from '../cli/flags/interactive.ts';
import { prose } from '../cli/prose.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import { processFamily } from '../input/processes.ts';
import { mapDifferenceReport } from '../views/pmap/difference-report.ts';
import { familyReport } from '../views/pmap/family-report.ts';
import { familyJson, mapDifferenceJson, pmapJson } from '../views/pmap/json.ts';
import { pmapReport } from '../views/pmap/report.ts';

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
    if (await openedInteractively(flags, args.capture ?? ['-'])) return undefined;
    const sources = (args.capture ?? ['-']).map((one) =>
      /^\d+$/.test(one) ? Number(one) : captureOf(one, 'memory-maps'),
    );
    const pids = sources.filter((source) => typeof source === 'number');
    if (flags.tree && pids.length < sources.length) {
      throw new Errors.CLIError('--tree takes PIDs of live processes', { exit: 2 });
    }
    if (flags.tree) return this.#showFamily(pids.flatMap(processFamily), flags);
    if (sources.length > 1 && pids.length === sources.length) {
      const unrelated = pids.map((pid) => ({ pid, parent: undefined, depth: 0 }));
      return this.#showFamily(unrelated, flags);
    }
    if (sources.length === 2) return this.#compare(sources[0]!, sources[1]!, flags);
    return this.showEach(sources, (source) => this.#showOne(source, flags));
  }

  async #showOne(source: string | number, flags: PmapFlags): Promise<unknown> {
    const { capture, diagnostics } = await this.ingest({ source, wants: 'memory-maps' });
    const groups = capture?.artifact.maps.map((map) => memoryGroups(map));
    const shown = capture &&
      groups && {
        reports: groups.map((group) =>
          pmapReport(group, { input: capture.info.name, top: flags.top, all: flags.all }),
        ),
        json: pmapJson(groups),
      };
    return this.show({ info: capture?.info, shown, diagnostics }, flags);
  }

  async #compare(
    before: string | number,
    after: string | number,
    flags: PmapFlags,
  ): Promise<unknown> {
    const old = await this.ingest({ source: before, wants: 'memory-maps' });
    const { capture, diagnostics } = await this.ingest({ source: after, wants: 'memory-maps' });
    const others = [old.diagnostics];
    const info = capture?.info;
    const [a, b] = [old.capture?.artifact.maps[0], capture?.artifact.maps[0]];
    if (!a || !b) return this.show({ info, shown: undefined, diagnostics, others }, flags);
    const difference = mapDifference(memoryGroups(a), memoryGroups(b));
    const names = { before: String(before), after: String(after) };
    const shown = {
      reports: [mapDifferenceReport(difference, names, flags.top)],
      json: mapDifferenceJson(difference, names.before),
    };
    return this.show({ info, shown, diagnostics, others }, flags);
  }

  async #showFamily(
    nodes: readonly { pid: number; parent: number | undefined; depth: number }[],
    flags: PmapFlags,
  ): Promise<unknown> {
    const members: FamilyMember[] = [];
    const all: Diagnostics[] = [];
    for (const { pid, parent, depth } of nodes) {
      const { capture, diagnostics } = await this.ingest({ source: pid, wants: 'memory-maps' });
      all.push(diagnostics);
      for (const map of capture?.artifact.maps ?? []) {
        members.push({ groups: memoryGroups(map), parent, depth });
      }
    }
    const family = processFamilyOf(members);
    const [diagnostics, ...others] = all as [Diagnostics, ...Diagnostics[]];
    const shown =
      members.length === 0
        ? undefined
        : { reports: [familyReport(family)], json: familyJson(family) };
    return this.show({ info: undefined, shown, diagnostics, others }, flags);
  }
}

type PmapFlags = Interfaces.InferredFlags<typeof Pmap.flags> & BaseFlags;
