import { Args } from '@oclif/core';
import { captureOf } from '../app/capture-folder.ts';
import { readLog } from '../app/read-log.ts';
import { BaseCommand, type BaseFlags } from '../cli/base-command.ts';
import { openedInteractively } from '../cli/flags/interactive.ts';
import { growthNumbers, growthQuery, type StraceFlags, straceFlags } from '../cli/flags/strace.ts';
import { prose } from '../cli/prose.ts';
import { groupSplitCaptures, type Parts } from '../ingest/split-capture.ts';
import { callsResult } from '../results/calls/calls-result.ts';
import { straceReport } from '../views/strace/report.ts';

export default class Strace extends BaseCommand {
  static override readonly usage = 'strace [LOG...] [FLAGS]';
  static override readonly summary =
    'Replay an strace log: brk heap, anonymous mappings, peak, and how mappings grew.';
  static override readonly description =
    prose`Reads a log of any strace options, compressed or not. Every line is recognised; brk, mmap,
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
      description: 'A container of which you know how many elements it holds',
      command: '<%= config.bin %> strace strace.log --elements 12426',
    },
    {
      description: 'The same, with what other tools saw of the program',
      command: '<%= config.bin %> strace strace.log --pmap pmap.txt --heaptrack heaptrack.zst',
    },
    {
      description: 'What was mapped after line 120, in the rows of /proc/PID/maps',
      command: '<%= config.bin %> strace strace.log --map-at 120',
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

  static override readonly flags = straceFlags;

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Strace);
    const logs = (args.log ?? ['-']).map((name) => captureOf(name, 'syscall-trace'));
    const captures = [flags.pmap, ...logs, flags.heaptrack].filter((name) => name !== undefined);
    const growth = { query: growthQuery(flags), numbers: growthNumbers(flags) };
    if (await openedInteractively(this.config, flags, captures, growth)) return undefined;
    return this.showEach(groupSplitCaptures(logs), (source) => this.#showOne(source, flags));
  }

  async #showOne(source: string | Parts, flags: StraceFlags & BaseFlags): Promise<unknown> {
    const query = growthQuery(flags);
    const { pmap: map, heaptrack: recording, 'map-at': mapAt } = flags;
    const outcome = await readLog({ source, query, mapAt, map, recording }, this.ingest);
    const { top, timeline, growth: details } = flags;
    return this.showResult(
      outcome,
      {
        reports: ({ findings, map }) => {
          const input = outcome.info?.name ?? '';
          return [straceReport(findings, { input, top, timeline, details, map })];
        },
        json: ({ findings, map }) => callsResult(findings, map),
      },
      flags,
    );
  }
}
