import { Args, Flags } from '@oclif/core';
import { heapFindings } from '../analysis/heap/findings.ts';
import { BaseCommand } from '../cli/base-command.ts';
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
    });
    const findings =
      capture && heapFindings(capture.artifact, { spots: flags.top, stacks: flags.stacks });
    const shown = capture &&
      findings && {
        reports: [heaptrackReport(findings, { input: capture.info.name, frames: flags.frames })],
        json: heaptrackJson(findings),
      };
    return this.show({ info: capture?.info, shown, diagnostics }, flags);
  }
}
