import type { SpaceFindings, StraceFindings } from '../../analysis/call-log/findings.ts';
import type { BrkStep } from '../../analysis/replay/brk-heap.ts';
import type { MapMoment } from '../../analysis/replay/folds/map-at-line.ts';
import type { Chain } from '../../analysis/replay/mapping-history.ts';
import type { Replay } from '../../analysis/replay/replay.ts';
import { pagesOf } from '../../model/bytes.ts';
import { splitTop } from '../../model/split-top.ts';
import type { LogTime } from '../../model/syscall-trace.ts';
import { TOPICS, topicOfUse } from '../../results/topics.ts';
import {
  address,
  bytes,
  type Cell,
  type Column,
  captured,
  count,
  counted,
  type Fact,
  left,
  type Report,
  type Row,
  right,
  type Section,
  seconds,
} from '../report.ts';
import { growthSections } from './growth-section.ts';
import { heapSections, timelineSections } from './heap-section.ts';
import { mapSections } from './map-section.ts';

export interface StraceReportOptions {
  readonly input: string;
  /** How many rows a list shows; the rest is summed in one row. */
  readonly top: number;
  /** Whether to draw how memory developed. */
  readonly timeline: boolean;
  /** Containers that grew are told in full, not only the largest. */
  readonly details: boolean;
  /** What was mapped at a moment, where that was asked for. */
  readonly map: MapMoment | undefined;
}

/** The report of `memtool strace`. */
export function straceReport(findings: StraceFindings, options: StraceReportOptions): Report {
  const { trace, replay } = findings;
  const { shown, rest } = splitTop(findings.spaces, options.top);
  const sections = shown.flatMap((space) => spaceSections(space, findings, options));
  const hidden = rest.length + replay.spacesNotKept;
  return {
    title: [
      captured(options.input),
      '·',
      ...counted(trace.lineCount, 'line'),
      '·',
      ...counted(trace.taskCount, 'process or thread', 'processes and threads'),
      '·',
      ...counted(findings.spaces.length + replay.spacesNotKept, 'address space'),
    ],
    sections: [
      ...(options.map ? mapSections(options.map) : []),
      ...sections,
      ...(hidden > 0
        ? [{ notes: [[...counted(hidden, 'address space'), 'with smaller peaks']] }]
        : []),
      { notes: notes(findings) },
    ],
  };
}

const when = (time: LogTime | undefined): Cell[] =>
  time === undefined ? [] : ['at', seconds(time)];

function spaceSections(
  findings: SpaceFindings,
  { trace }: StraceFindings,
  { top, timeline, details }: StraceReportOptions,
): Section[] {
  return [
    { title: spaceTitle(findings), facts: spaceFacts(findings) },
    ...growthSections(findings.growth, { top, details, hasClock: trace.clock !== 'none' }),
    ...heapSections(findings, trace.clock !== 'none'),
    ...(timeline ? timelineSections(findings) : []),
    ...aliveSection(findings, top),
  ];
}

function spaceTitle({ replayed, pid }: SpaceFindings): string {
  const others = replayed.taskCount - 1;
  const threads = others === 0 ? '' : ` and ${others} more ${others === 1 ? 'thread' : 'threads'}`;
  return `${pid === undefined ? 'The process' : `Process ${pid}`}${threads}`;
}

function spaceFacts(findings: SpaceFindings): Fact[] {
  const { replayed, alive, aliveBytes } = findings;
  const { space, program, outcome, lastLine } = replayed;
  const { peak } = space;
  const end: Cell[] = outcome === undefined ? ['the log ends before it does'] : [captured(outcome)];
  return [
    ...(program === undefined ? [] : [{ label: 'program', cells: [captured(program)] }]),
    { label: 'ended', cells: [...end, `(line ${lastLine})`] },
    ...heapFacts(findings),
    {
      label: 'anonymous',
      cells: [
        bytes(aliveBytes),
        'in',
        ...counted(alive.length, 'mapping'),
        'at the end',
        ...(space.bytes.reserved > 0
          ? ['of which', bytes(space.bytes.reserved), 'only reserved (PROT_NONE)']
          : []),
      ],
      topic: TOPICS.anonymousBytes,
    },
    {
      label: 'peak',
      cells: [
        bytes(peak.heap + peak.anonymous),
        '= heap',
        bytes(peak.heap),
        '+ anonymous',
        bytes(peak.anonymous),
        `at line ${peak.line}`,
        ...when(peak.time),
      ],
      topic: TOPICS.peakBytes,
    },
  ];
}

function heapFacts({ replayed, brkSteps }: SpaceFindings): Fact[] {
  const { heap } = replayed.space;
  if (heap.start === undefined) return [{ label: 'brk heap', cells: ['not used'] }];
  const start = heap.startIsKnown ? [] : ['(its start is not in the log)'];
  const range: Cell[] = [address(heap.start), '→', address(heap.current), ...start];
  const facts: Fact[] = [
    { label: 'brk heap', cells: [bytes(heap.bytes), ...range], topic: TOPICS.heapBytes },
  ];
  if (heap.peak.bytes > heap.bytes) {
    const { bytes: peak, line, time } = heap.peak;
    facts.push({ label: 'heap peak', cells: [bytes(peak), `at line ${line}`, ...when(time)] });
  }
  const up = brkSteps.filter(({ delta }) => delta > 0);
  const down = brkSteps.filter(({ delta }) => delta < 0);
  if (heap.grew > 0)
    facts.push({ label: 'heap grew', cells: stepCells(heap.grew, up), topic: TOPICS.heapBytes });
  if (heap.shrank > 0)
    facts.push({
      label: 'heap shrank',
      cells: stepCells(heap.shrank, down),
      topic: TOPICS.trimBytes,
    });
  return facts;
}

/** How many different steps stand in a line; the rest is counted. */
const STEPS_IN_LINE = 4;

/** `38 times: 37 × 132 KiB + 1 × 196 KiB`. */
function stepCells(times: number, steps: readonly BrkStep[]): Cell[] {
  const shown = steps.slice(0, STEPS_IN_LINE);
  const others = times - shown.reduce((sum, step) => sum + step.count, 0);
  return [
    ...counted(times, 'time:', 'times:'),
    ...shown.flatMap((step, i): Cell[] => [
      ...(i === 0 ? [] : ['+']),
      count(step.count),
      '×',
      bytes(Math.abs(step.delta)),
    ]),
    ...(others > 0 ? ['+', count(others), 'of other sizes'] : []),
  ];
}

const MAPPED_COLUMNS: readonly Column[] = [
  right('mapped'),
  right('bytes'),
  right('pages', TOPICS.mappedPages),
];

const mappedCells = (mapped: number): Cell[] => [
  bytes(mapped),
  count(mapped),
  count(pagesOf(mapped)),
];

function aliveSection({ alive, heap }: SpaceFindings, top: number): Section[] {
  if (alive.length === 0) return [];
  const { shown, rest } = splitTop(alive, top);
  const rows = shown.map(
    (chain): Row => ({
      cells: [
        address(chain.steps.at(-1)!.start),
        ...mappedCells(chain.mapped),
        origin(chain),
        captured(heap.useOf.get(chain)?.title ?? '', true),
      ],
      topic: topicOfUse(heap.useOf.get(chain)?.id ?? ''),
    }),
  );
  if (rest.length > 0) {
    const restBytes = rest.reduce((sum, chain) => sum + chain.mapped, 0);
    rows.push({ cells: ['', ...mappedCells(restBytes), `${rest.length} others`] });
  }
  return [
    {
      title: 'Anonymous mappings alive at the end',
      table: {
        columns: [right('address'), ...MAPPED_COLUMNS, left('since'), left('use')],
        rows,
      },
    },
  ];
}

function origin(chain: Chain): string {
  const first = chain.steps[0]!;
  const resized = chain.stepCount - 1;
  return resized === 0
    ? `line ${first.line}`
    : `line ${first.line}, ${resized} ${resized === 1 ? 'change' : 'changes'}`;
}

function notes({ trace, replay, totalCalls, failedCalls }: StraceFindings): Cell[][] {
  const { assumedThreads } = replay;
  return [
    [...counted(totalCalls, 'call'), 'of which', count(failedCalls), 'failed and changed nothing'],
    ...(assumedThreads.length > 0
      ? [
          [
            ...counted(assumedThreads.length, 'PID'),
            'taken for threads, because the log does not show who created them:',
            assumedThreads.slice(0, 5).join(', '),
            '(record with -e trace=%memory,%process)',
          ],
        ]
      : []),
    ...trace.failedAllocations.map(({ line, bytes: wanted }): Cell[] => [
      `line ${line}: an allocation of`,
      bytes(wanted),
      'failed, the program says',
    ]),
    ...lostNotes(replay),
  ];
}

function lostNotes({ spaces }: Replay): Cell[][] {
  const segments = spaces.reduce((sum, { space }) => sum + space.unsizedSegments, 0);
  return [
    ...(segments > 0
      ? [
          [
            ...counted(segments, 'shared segment'),
            'left out: shmget, which tells the size, is not in the log (-e trace=%ipc)',
          ],
        ]
      : []),
  ];
}
