import { Args } from '@oclif/core';
import type { HeapDifference } from '../analysis/heap/findings.ts';
import { captureOf } from '../app/capture-folder.ts';
import { checkNeeds } from '../app/heap-needs.ts';
import type { Outcome } from '../app/outcome.ts';
import {
  type ComparedHeaps,
  compareHeaps,
  type HeapQuestion,
  type ReadHeap,
  readHeap,
} from '../app/read-heap.ts';
import { BaseCommand } from '../cli/base-command.ts';
import {
  checkComparison,
  checkFilters,
  costOf,
  heapQuery,
  heapRequest,
} from '../cli/flags/heap-question.ts';
import { type HeaptrackFlags, heaptrackFlags } from '../cli/flags/heaptrack.ts';
import { openedInteractively } from '../cli/flags/interactive.ts';
import { prose } from '../cli/prose.ts';
import { checkOutput, writeExport } from '../cli/write-export.ts';
import {
  type HeapDifferenceResult,
  heapDifferenceResult,
  heapResult,
  MOST_JSON_FRAMES,
} from '../results/heap/heap-result.ts';
import type { HeapResult } from '../results/heap/schema.ts';
import { heapDifferenceReport, heaptrackReport } from '../views/heaptrack/report.ts';

const recordingOf = (name: string) => captureOf(name, 'heap-profile');

export default class Heaptrack extends BaseCommand {
  static override readonly usage: string | string[] = 'heaptrack [RECORDING...] [FLAGS]';
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
    if (await openedInteractively(this.config, flags, files)) return undefined;
    const bases = flags.diff === undefined ? [] : [recordingOf(flags.diff)];
    checkFilters(flags);
    // BEFORE AFTER, as with memory maps; --diff names the first of them, as heaptrack_print has it.
    if (files.length === 2 && bases.length === 0) bases.push(...files.splice(0, 1));
    if (bases.length > 0) checkComparison(flags);
    checkOutput(flags, [...files, ...bases], files.length);
    // A document has whole stacks, unless somebody wants less; a report says itself what it leaves out.
    const isAsked = metadata.flags.frames?.setFromDefault !== true;
    const jsonFrames = isAsked ? flags.frames : MOST_JSON_FRAMES;
    const mostFrames = this.jsonEnabled() ? jsonFrames : Number.POSITIVE_INFINITY;
    const [before] = bases;
    return this.showEach(files, (file) => {
      if (before !== undefined) return this.#compare({ before, after: file }, flags, mostFrames);
      return flags.export ? this.#export(file, flags) : this.showOne(file, flags, mostFrames);
    });
  }

  async #compare(
    files: ComparedHeaps['names'],
    flags: HeaptrackFlags,
    mostFrames: number,
  ): Promise<unknown> {
    const question = this.question({ ...flags, by: flags.by ?? 'place' });
    const compared = await compareHeaps(files, question, flags['diff-by'], this.ingest);
    const { findings, names } = compared.result ?? {};
    if (flags.export) {
      if (findings) await this.#exportDifference(findings, flags);
      return this.showResult({ ...compared, result: undefined }, NOTHING, flags);
    }
    const result = findings && heapDifferenceResult(findings, names!.before, mostFrames);
    const reports = (found: HeapDifferenceResult) => [
      heapDifferenceReport(found, reportOptions(flags, names!.after)),
    ];
    return this.showResult({ ...compared, result }, { reports }, flags);
  }

  async #exportDifference(findings: HeapDifference, flags: HeaptrackFlags): Promise<void> {
    const { holdsDifferences } = await import('../views/export/export-formats.ts');
    const { exportDifference } = await import('../views/export/export-file.ts');
    if (flags.export === undefined || !holdsDifferences(flags.export)) return;
    const { kinds, costs } = findings.costed;
    const by = costOf(flags, Object.fromEntries(kinds.map((kind) => [kind, costs[kind]])));
    writeExport(await exportDifference(flags.export, findings, by), flags);
  }

  /** The file is all that is shown of it. */
  async #export(file: string, flags: HeaptrackFlags): Promise<unknown> {
    const outcome = await readHeap(file, this.question(flags), this.ingest);
    if (flags.export && outcome.result) {
      const { profile, findings } = outcome.result;
      const by = costOf(flags, profile.costs);
      const { exportFile } = await import('../views/export/export-file.ts');
      const options = { by, thresholdPercent: flags.threshold };
      writeExport(await exportFile(flags.export, profile, findings, options), flags);
    }
    return this.showResult({ ...outcome, result: undefined }, NOTHING, flags);
  }

  protected question(flags: HeaptrackFlags): HeapQuestion {
    const isDocument = this.jsonEnabled();
    return {
      request: heapRequest(flags),
      query: (profile, diagnostics) => heapQuery(flags, profile, diagnostics, isDocument),
      check: (profile, diagnostics) => checkNeeds(flags, profile, diagnostics),
    };
  }

  protected async showOne(
    file: string,
    flags: HeaptrackFlags,
    mostFrames: number,
  ): Promise<unknown> {
    return this.showProfile(
      await readHeap(file, this.question(flags), this.ingest),
      flags,
      mostFrames,
    );
  }

  protected async showProfile(
    outcome: Outcome<ReadHeap>,
    flags: HeaptrackFlags,
    mostFrames: number,
  ): Promise<unknown> {
    const { findings, profile } = outcome.result ?? {};
    const result = findings && heapResult(findings, profile?.timeline, mostFrames);
    const reports = (found: HeapResult) => [
      heaptrackReport(found, reportOptions(flags, outcome.info?.name ?? '')),
    ];
    return this.showResult({ ...outcome, result }, { reports }, flags);
  }
}

const NOTHING = { reports: () => [], json: () => null };

/** What a stack is called of which all is hidden. */
const hiddenWords = ({ hide, 'own-code': ownCode }: HeaptrackFlags): string | undefined =>
  ownCode ? '(libraries alone)' : hide && '(hidden functions alone)';

const reportOptions = (flags: HeaptrackFlags, input: string) => ({
  input,
  frames: flags.frames,
  top: flags.top,
  fullNames: flags['full-names'],
  hasWays: (flags.stacks ?? 0) > 0,
  growth: flags.growth,
  hidden: hiddenWords(flags),
  callers: flags.callers !== undefined,
  timeline: flags.timeline,
  suppressions: flags['show-suppressions'] || flags.suppressions !== undefined,
});
