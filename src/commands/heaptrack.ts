import { Args, Errors, Flags } from '@oclif/core';
import { heapFindings } from '../analysis/heap/findings.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { duration } from '../cli/duration.ts';
import type { HeapRequest } from '../model/allocation-profile.ts';
import { heaptrackJson } from '../views/heaptrack/json.ts';
import { heaptrackReport } from '../views/heaptrack/report.ts';

export default class Heaptrack extends BaseCommand {
  static override readonly summary =
    'Read a heaptrack recording: totals, peak, leaks, and the places that allocate most.';
  static override readonly description =
    `Reads .zst, .gz and plain recordings (file versions 1 to 3), told by their content. A recording
that was cut off is read as far as it goes, and the report says so.`;
  static override readonly examples = [
    {
      description: 'Record and read',
      command: 'heaptrack ./program; <%= config.bin %> heaptrack heaptrack.program.1234.zst',
    },
    {
      description: 'The three worst places, one call stack each',
      command: '<%= config.bin %> heaptrack heaptrack.program.1234.zst --top 3 --stacks 1',
    },
    {
      description: 'What was added between two moments, and how the heap went',
      command: '<%= config.bin %> heaptrack file.zst --from 2s --to 3.5s --timeline',
    },
    {
      description: 'For a script',
      command: '<%= config.bin %> heaptrack file.zst --json | jq .result.totals.peakBytes',
    },
  ];
  static override readonly args = {
    recording: Args.string({
      default: '-',
      description: 'a heaptrack recording, or - for standard input',
    }),
  };
  static override readonly flags = {
    from: duration({
      summary: 'Leave out what happened before this time; leaks become what was added since.',
    }),
    to: duration({ summary: 'Leave out what happened from this time on.' }),
    timeline: Flags.boolean({
      summary: 'Draw the heap, calls and temporary allocations over time.',
    }),
    stacks: Flags.integer({
      min: 1,
      default: 3,
      helpValue: 'N',
      summary: 'Call stacks per place.',
    }),
    frames: Flags.integer({
      min: 1,
      default: 12,
      helpValue: 'N',
      summary: 'Functions per call stack, counted from the allocation.',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Heaptrack);
    const { capture, diagnostics } = await this.ingest({
      source: args.recording,
      wants: 'allocation-profile',
      heap: timeWindow(flags.from, flags.to),
    });
    const findings =
      capture && heapFindings(capture.artifact, { spots: flags.top, stacks: flags.stacks });
    const shown = capture &&
      findings && {
        reports: [
          heaptrackReport(findings, {
            input: capture.info.name,
            frames: flags.frames,
            timeline: flags.timeline ? capture.artifact.timeline : undefined,
          }),
        ],
        json: heaptrackJson(findings, capture.artifact.timeline),
      };
    return this.show({ info: capture?.info, shown, diagnostics }, flags);
  }
}

function timeWindow(from: number | undefined, to: number | undefined): HeapRequest {
  if (from === undefined && to === undefined) return {};
  const window = { from: from ?? 0, to: to ?? Number.POSITIVE_INFINITY };
  if (window.from >= window.to) {
    throw new Errors.CLIError('--from must be earlier than --to', { exit: 2 });
  }
  return { window };
}
