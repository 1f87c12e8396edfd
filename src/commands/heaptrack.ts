import { Args } from '@oclif/core';
import { heapDifference, heapFindings } from '../analysis/heap/findings.ts';
import { captureOf } from '../app/capture-folder.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { checkNeeds } from '../cli/flags/heap-needs.ts';
import {
  checkComparison,
  type HeaptrackFlags,
  heapQuery,
  heapRequest,
  heaptrackFlags,
} from '../cli/flags/heaptrack.ts';
import { openedInteractively } from '../cli/flags/interactive.ts';
import { prose } from '../cli/prose.ts';
import { checkOutput, writeExport } from '../cli/write-export.ts';
import { heapDifferenceJson, heaptrackJson, MOST_JSON_FRAMES } from '../views/heaptrack/json.ts';
import { heapDifferenceReport, heaptrackReport } from '../views/heaptrack/report.ts';

const recordingOf = (name: string) => captureOf(name, 'heap-profile');

export default class Heaptrack extends BaseCommand {
  static override readonly usage: string = 'heaptrack [RECORDING...] [FLAGS]';
  static override readonly summary: string =
    'Read a heaptrack recording: totals, peak, leaks, and the places that allocate most.';
  static override readonly description =
    prose`Reads .zst, .gz and plain recordings of all heaptrack versions, raw ones (heaptrack --raw) too, told
by their content. A recording that was cut off is read as far as it goes, and the report says so.`;
  static override readonly examples = [
    {
      description: 'Record and read',
      command: 'heaptrack ./program; <%= config.bin %> heaptrack heaptrack.program.1234.zst',
    },
    {
      description: 'The three functions with most bytes allocated, one call stack each',
      command:
        '<%= config.bin %> heaptrack file.zst --by function --sort allocated -n 3 --stacks 1',
    },
    {
      description: 'What a change did',
      command: '<%= config.bin %> heaptrack before.zst after.zst',
    },
    {
      description: 'What was added between two moments, and how the heap went',
      command: '<%= config.bin %> heaptrack file.zst --from 2s --to 3.5s --timeline',
    },
    {
      description: 'Leaks that go through the parser, but not those that are known',
      command: `<%= config.bin %> heaptrack file.zst --sort leaked --focus 'parse_' --suppressions known.txt`,
    },
    {
      description: 'Who is behind the peak, and who calls one function',
      command: `<%= config.bin %> heaptrack file.zst --tree bottom-up --callers '^parse_line$'`,
    },
    {
      description: 'Which Vec, list or vector grew, and what with_capacity would save',
      command: '<%= config.bin %> heaptrack file.zst --growth',
    },
    {
      description: 'Into another viewer',
      command:
        '<%= config.bin %> heaptrack file.zst --export speedscope --output heap.speedscope.json',
    },
    {
      description: 'For a script',
      command: '<%= config.bin %> heaptrack file.zst --json | jq .result.totals.peakBytes',
    },
  ];
  static override readonly args = {
    recording: Args.string({
      multiple: true,
      description:
        'heaptrack recordings; none, or -, for standard input. Two are compared: BEFORE AFTER',
    }),
  };
  static override readonly flags = heaptrackFlags;

  async run(): Promise<unknown> {
    const { args, flags, metadata } = await this.parse(Heaptrack);
    const files = (args.recording ?? ['-']).map(recordingOf);
    if (await openedInteractively(flags, files)) return undefined;
    const bases = flags.diff === undefined ? [] : [recordingOf(flags.diff)];
    checkOutput(flags, [...files, ...bases]);
    // BEFORE AFTER, as with memory maps; --diff names the first of them, as heaptrack_print has it.
    if (files.length === 2 && bases.length === 0) bases.push(...files.splice(0, 1));
    if (bases.length > 0) checkComparison(flags);
    // A report is to be read; a document has whole stacks, unless somebody wants less.
    const isAsked = metadata.flags.frames?.setFromDefault !== true;
    const jsonFrames = isAsked ? flags.frames : MOST_JSON_FRAMES;
    return this.showEach(files, (file) => this.#showOne(file, bases[0], flags, jsonFrames));
  }

  async #showOne(
    file: string,
    baseFile: string | undefined,
    flags: HeaptrackFlags,
    jsonFrames: number,
  ): Promise<unknown> {
    const read = (source: string) =>
      this.ingest({ source, wants: 'heap-profile', heap: heapRequest(flags) });
    const { capture, diagnostics } = await read(file);
    const base = baseFile === undefined ? undefined : await read(baseFile);
    if (base && !base.capture) {
      return this.show({ info: undefined, shown: undefined, diagnostics: base.diagnostics }, flags);
    }
    if (!capture) return this.show({ info: undefined, shown: undefined, diagnostics }, flags);
    const { artifact, info } = capture;
    const isRecorded = checkNeeds(flags, artifact, diagnostics);
    if (!isRecorded || (base?.capture && !checkNeeds(flags, base.capture.artifact, diagnostics))) {
      return this.show({ info, shown: undefined, diagnostics }, flags);
    }
    const asked = heapQuery(flags, artifact, diagnostics);
    // A list of one more than wanted is shown whole.
    const limits = { ...asked.limits, frames: Math.max(MOST_JSON_FRAMES, flags.frames + 1) };
    const query = { ...asked, limits };
    if (diagnostics.has('error')) return this.show({ info, shown: undefined, diagnostics }, flags);
    const { frames, top, 'full-names': fullNames } = flags;
    const style = { frames, top, fullNames };
    if (base?.capture) {
      const findings = heapDifference(artifact, base.capture.artifact, query, flags['diff-by']);
      const names = { after: info.name, before: base.capture.info.name };
      const shown = {
        reports: [heapDifferenceReport(findings, names, style)],
        json: heapDifferenceJson(findings, names.before, jsonFrames),
      };
      return this.show({ info, shown, diagnostics, others: [base.diagnostics] }, flags);
    }
    if (flags.export) {
      const findings = heapFindings(artifact, { ...query, rankBy: [] });
      const { exportFile } = await import('../views/export/export-file.ts');
      const file = await exportFile(flags.export, artifact, findings, query.details.by);
      writeExport(file, flags);
      return this.show({ info, shown: undefined, diagnostics }, flags);
    }
    const findings = heapFindings(artifact, query);
    const options = {
      ...style,
      timeline: flags.timeline ? artifact.timeline : undefined,
      suppressions: flags['show-suppressions'] || flags.suppressions !== undefined,
    };
    const shown = {
      reports: [heaptrackReport(findings, info.name, options)],
      json: heaptrackJson(findings, artifact.timeline, jsonFrames),
    };
    return this.show({ info, shown, diagnostics }, flags);
  }
}
