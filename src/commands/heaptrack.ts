import { Args, Errors, Flags, type Interfaces } from '@oclif/core';
import { demangledStrings } from '../analysis/demangle/demangled-strings.ts';
import type { CostKind } from '../analysis/heap/costs.ts';
import { type HeapQuery, heapDifference, heapFindings } from '../analysis/heap/findings.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { duration } from '../cli/duration.ts';
import { collectLeakRules } from '../cli/leak-rule-files.ts';
import { pattern } from '../cli/pattern.ts';
import type { Ingested } from '../ingest/ingest.ts';
import type { HeapRequest, Recording } from '../model/allocation-profile.ts';
import { heapDifferenceJson, heaptrackJson } from '../views/heaptrack/json.ts';
import { heapDifferenceReport, heaptrackReport } from '../views/heaptrack/report.ts';

const COSTS = ['peak', 'calls', 'temporary', 'leaked', 'allocated'] as const;
const DEFAULT_RANKINGS: readonly CostKind[] = ['peak', 'calls', 'temporary', 'leaked'];

type HeaptrackFlags = Interfaces.InferredFlags<typeof Heaptrack.flags & typeof Heaptrack.baseFlags>;

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
      description: 'The three functions with most bytes allocated, one call stack each',
      command:
        '<%= config.bin %> heaptrack file.zst --by function --sort allocated -n 3 --stacks 1',
    },
    {
      description: 'What a change did: after, compared with before',
      command: '<%= config.bin %> heaptrack after.zst --diff before.zst',
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
      description: 'For a script',
      command: '<%= config.bin %> heaptrack file.zst --json | jq .result.totals.peakBytes',
    },
  ];
  static override readonly args = {
    recording: Args.string({
      multiple: true,
      description: 'heaptrack recordings; none, or -, for standard input',
    }),
  };
  static override readonly flags = {
    by: Flags.option({
      options: ['place', 'stack', 'function', 'file', 'module'] as const,
      default: 'place' as const,
      summary: 'What the stacks are summed by: the line they end in, nothing, its function, …',
    })(),
    sort: Flags.string({
      multiple: true,
      delimiter: ',',
      helpValue: COSTS.join('|'),
      options: [...COSTS],
      summary: 'Which rankings to show (default: all but allocated).',
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
    'full-names': Flags.boolean({ summary: 'Show the arguments of templates and generics.' }),
    timeline: Flags.boolean({
      summary: 'Draw the heap, calls and temporary allocations over time.',
    }),
    from: duration({
      helpGroup: 'FILTER',
      summary: 'Leave out what happened before this time; leaks become what was added since.',
    }),
    to: duration({ helpGroup: 'FILTER', summary: 'Leave out what happened from this time on.' }),
    function: Flags.string({
      helpGroup: 'FILTER',
      helpValue: 'TEXT',
      summary: 'Only stacks with this in a function name, between the allocation and main.',
    }),
    focus: pattern({
      multiple: true,
      helpGroup: 'FILTER',
      summary: 'Only stacks with a frame whose function, file or module matches.',
    }),
    ignore: pattern({
      multiple: true,
      helpGroup: 'FILTER',
      summary: 'No stacks with a frame that matches.',
    }),
    hide: pattern({
      multiple: true,
      helpGroup: 'FILTER',
      summary: 'Take frames that match out of all stacks; their callers get the cost.',
    }),
    diff: Flags.string({
      helpGroup: 'COMPARE',
      helpValue: 'BASE',
      summary: 'Show what changed since this recording.',
    }),
    'diff-by': Flags.option({
      helpGroup: 'COMPARE',
      options: ['function', 'line'] as const,
      default: 'function' as const,
      summary: 'What stacks must have in common: functions, or source lines too.',
    })(),
    suppressions: Flags.string({
      helpGroup: 'LEAKS',
      helpValue: 'FILE',
      summary: 'Known leaks, as for LeakSanitizer: lines of leak:PATTERN.',
    }),
    'builtin-suppressions': Flags.boolean({
      helpGroup: 'LEAKS',
      default: true,
      allowNo: true,
      summary: 'Leave out the leaks that every program has.',
    }),
    'embedded-suppressions': Flags.boolean({
      helpGroup: 'LEAKS',
      default: true,
      allowNo: true,
      summary: 'Leave out the leaks that the program itself declares as known.',
    }),
    'show-suppressions': Flags.boolean({
      helpGroup: 'LEAKS',
      summary: 'List what was left out, by pattern.',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Heaptrack);
    const files = args.recording ?? ['-'];
    const documents: unknown[] = [];
    for (const [i, file] of files.entries()) {
      if (i > 0 && !this.jsonEnabled()) process.stdout.write('\n');
      documents.push(await this.#showOne(file, flags));
    }
    return documents.length === 1 ? documents[0] : documents;
  }

  async #showOne(file: string, flags: HeaptrackFlags): Promise<unknown> {
    const { capture, diagnostics } = await this.#read(file, flags);
    const base = flags.diff === undefined ? undefined : await this.#read(flags.diff, flags);
    if (base && !base.capture) {
      return this.show({ info: undefined, shown: undefined, diagnostics: base.diagnostics }, flags);
    }
    if (!capture) return this.show({ info: undefined, shown: undefined, diagnostics }, flags);
    const { artifact, info } = capture;
    const query = heapQuery(flags, artifact.recording, diagnostics);
    const style = { frames: flags.frames, fullNames: flags['full-names'] };
    if (base?.capture) {
      const findings = heapDifference(artifact, base.capture.artifact, query, flags['diff-by']);
      const names = { after: info.name, before: base.capture.info.name };
      const shown = {
        reports: [heapDifferenceReport(findings, names, style)],
        json: heapDifferenceJson(findings, names.before),
      };
      return this.show({ info, shown, diagnostics, base: base.diagnostics }, flags);
    }
    const findings = heapFindings(artifact, query);
    const options = {
      ...style,
      timeline: flags.timeline ? artifact.timeline : undefined,
      suppressions: flags['show-suppressions'] || flags.suppressions !== undefined,
    };
    const shown = {
      reports: [heaptrackReport(findings, info.name, options)],
      json: heaptrackJson(findings, artifact.timeline),
    };
    return this.show({ info, shown, diagnostics }, flags);
  }

  /** Reads a recording, with names as programmers write them. */
  async #read(source: string, flags: HeaptrackFlags): Promise<Ingested<'allocation-profile'>> {
    const heap = timeWindow(flags.from, flags.to);
    const { capture, diagnostics } = await this.ingest({
      source,
      wants: 'allocation-profile',
      heap,
    });
    if (!capture) return { capture, diagnostics };
    const strings = demangledStrings(capture.artifact.strings);
    return { capture: { ...capture, artifact: { ...capture.artifact, strings } }, diagnostics };
  }
}

function heapQuery(
  flags: HeaptrackFlags,
  recording: Recording,
  diagnostics: Parameters<typeof collectLeakRules>[2],
): HeapQuery {
  const leakFlags = {
    suppressions: flags.suppressions,
    builtinSuppressions: flags['builtin-suppressions'],
    embeddedSuppressions: flags['embedded-suppressions'],
  };
  return {
    groupBy: flags.by,
    rankBy: (flags.sort as CostKind[] | undefined) ?? DEFAULT_RANKINGS,
    limits: { spots: flags.top, stacks: flags.stacks },
    filter: {
      function: flags.function,
      focus: flags.focus ?? [],
      ignore: flags.ignore ?? [],
      hide: flags.hide ?? [],
    },
    leakRules: collectLeakRules(leakFlags, recording, diagnostics),
  };
}

function timeWindow(from: number | undefined, to: number | undefined): HeapRequest {
  if (from === undefined && to === undefined) return {};
  const window = { from: from ?? 0, to: to ?? Number.POSITIVE_INFINITY };
  if (window.from >= window.to) {
    throw new Errors.CLIError('--from must be earlier than --to', { exit: 2 });
  }
  return { window };
}
