import { Flags, type Interfaces } from '@oclif/core';
import { COST_NAMES, HEAP_DEFAULTS, USE_NAMES } from '../../app/heap-query.ts';
import { EXPORT_FORMATS, MASSIF_TREES } from '../../views/export/export-formats.ts';
import type { BaseFlags } from '../base-command.ts';
import { duration } from './duration.ts';
import { interactiveFlag } from './interactive.ts';
import { pattern } from './pattern.ts';

/** The flags of `memtool heaptrack`, in the groups that its help shows. */
export const heaptrackFlags = {
  interactive: interactiveFlag,
  by: Flags.option({
    options: ['line', 'place', 'stack', 'function', 'file', 'module'] as const,
    helpValue: 'WHAT',
    summary:
      'Sum stacks by line of your own code (default), by place that allocates, stack, function, file or module.',
  })(),
  'all-code': Flags.boolean({
    exclusive: ['own-code'],
    summary: "Show the libraries' functions too: as --by place, where --by says nothing else.",
  }),
  sort: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpValue: 'COST',
    options: [...COST_NAMES],
    summary: `Rankings to show, and what --tree and --callers go by: ${COST_NAMES.join(', ')}, as far as they were recorded (default by line: peak; else peak, calls, temporary, leaked; none beside another view).`,
  }),
  stacks: Flags.integer({
    min: 0,
    helpValue: 'N',
    summary: `Call stacks per place (default: none by line, else ${HEAP_DEFAULTS.stacks}); 0 for one line per place.`,
  }),
  frames: Flags.integer({
    min: 1,
    default: 12,
    helpValue: 'N',
    summary: 'Functions per call stack, counted from the allocation.',
  }),
  'full-names': Flags.boolean({ summary: 'Show the arguments of templates and generics.' }),
  tree: Flags.option({
    helpGroup: 'VIEW',
    options: ['bottom-up', 'top-down'] as const,
    helpValue: 'DIRECTION',
    summary: 'Show who calls whom: bottom-up from the allocations, or top-down from main.',
  })(),
  threshold: Flags.integer({
    helpGroup: 'VIEW',
    min: 0,
    max: 100,
    default: 1,
    helpValue: 'PERCENT',
    summary: 'Smallest part of the whole that --tree and --export massif show.',
  }),
  functions: Flags.boolean({
    aliases: ['cum'],
    helpGroup: 'VIEW',
    summary:
      'Show all functions by what goes through them (inclusive), and what they allocate themselves.',
  }),
  callers: pattern({
    helpGroup: 'VIEW',
    summary: 'Show the callers, callees and lines of a function.',
  }),
  sizes: Flags.boolean({ helpGroup: 'VIEW', summary: 'Show how large the allocations are.' }),
  growth: Flags.boolean({
    helpGroup: 'VIEW',
    summary: 'Show where containers grow, what they are, and what setting a capacity would save.',
  }),
  lifetimes: Flags.boolean({
    helpGroup: 'VIEW',
    summary: 'Show how long blocks lived, and where they came from (raw recordings only).',
  }),
  uses: Flags.boolean({
    helpGroup: 'VIEW',
    summary:
      'Show what was allocated and never used, written and never read, and freed at once (DHAT; shown unless another view is).',
  }),
  timeline: Flags.boolean({
    helpGroup: 'VIEW',
    summary: 'Draw the heap, calls and temporary allocations over time.',
  }),
  symbols: Flags.boolean({
    default: true,
    allowNo: true,
    summary: 'Ask heaptrack_interpret for the function names of a raw recording.',
  }),
  export: Flags.option({
    helpGroup: 'EXPORT',
    options: EXPORT_FORMATS,
    helpValue: 'FORMAT',
    summary: `Write a file for another program instead of the report: ${EXPORT_FORMATS.join(', ')}.`,
  })(),
  snapshots: Flags.integer({
    helpGroup: 'EXPORT',
    min: 0,
    default: MASSIF_TREES,
    helpValue: 'N',
    summary: 'Call trees in a massif file, beside that of the peak.',
  }),
  output: Flags.string({
    char: 'o',
    helpGroup: 'EXPORT',
    helpValue: 'FILE',
    summary: 'Where to write it; standard output where left out.',
    dependsOn: ['export'],
  }),
  force: Flags.boolean({
    char: 'f',
    helpGroup: 'EXPORT',
    summary: 'Replace the output file where it exists.',
    dependsOn: ['output'],
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
  only: Flags.option({
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpGroup: 'FILTER',
    options: USE_NAMES,
    helpValue: 'USE',
    summary: `Only stacks whose blocks were so: ${USE_NAMES.join(', ')} (DHAT).`,
  })(),
  focus: pattern({
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'FILTER',
    summary:
      'Only stacks with a frame whose function, file or module matches; (?i) before it matches any case.',
  }),
  ignore: pattern({
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'FILTER',
    summary: 'No stacks with a frame that matches.',
  }),
  hide: pattern({
    multiple: true,
    multipleNonGreedy: true,
    helpGroup: 'FILTER',
    summary: 'Remove matching frames from all stacks; their callers get the cost.',
  }),
  'own-code': Flags.boolean({
    helpGroup: 'FILTER',
    summary: "Hide the functions of the language's own library (Rust, C++) in all stacks.",
  }),
  diff: Flags.string({
    helpGroup: 'COMPARE',
    helpValue: 'BEFORE',
    summary: 'Show what changed since this recording; the same as naming it before the other.',
  }),
  'diff-by': Flags.option({
    helpGroup: 'COMPARE',
    options: ['function', 'line'] as const,
    default: 'function' as const,
    helpValue: 'WHAT',
    summary: 'What stacks must have in common: function, or line (function and source line).',
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

export type HeaptrackFlags = Interfaces.InferredFlags<typeof heaptrackFlags> & BaseFlags;
