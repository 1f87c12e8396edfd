import { baseName, programName } from '../../model/base-name.ts';
import { claimOf } from '../../results/claim.ts';
import type { NamelessResult, OwnLinesResult } from '../../results/heap/own-lines-schema.ts';
import type { HeapResult } from '../../results/heap/schema.ts';
import { COST_FIELDS } from '../../results/topics.ts';
import { type Cell, captured, percent, type Section } from '../report.ts';
import { grewSection } from './grew-section.ts';
import { moment } from './moment.ts';
import { elsewhereSection, ownRankingSection, wayCells } from './own-line-section.ts';
import type { StackStyle } from './stack-style.ts';

export interface ScreenOptions {
  /** Ways are shown below each line, so that those of the largest need no place of their own. */
  readonly hasWays: boolean;
}

/** What a recording is of: program, time, recorder and file. */
export function screenTitle({ recording, totals, clock }: HeapResult, input: string): Cell[] {
  const { recorder, debuggee, attached } = recording;
  const { tool, version } = recorder;
  const end = clock ? clock.end : totals.runtimeSeconds;
  const program = programName(debuggee ?? undefined);
  const parts: Cell[][] = [
    ...(program === undefined ? [] : [[captured(program)]]),
    ...(end === null ? [] : [moment(end, clock?.counts)]),
    [version === null ? tool : `${tool} ${version}`, ...(attached ? ['(attached)'] : [])],
    [captured(input)],
  ];
  return parts.flatMap((cells, i) => (i === 0 ? cells : ['·', ...cells]));
}

/**
 * Own code in one screen: tables, how the largest came about, what grew, and what to ask next.
 *
 * @param uses what became of blocks, as far as that was recorded.
 */
export function screenSections(
  result: HeapResult,
  lines: OwnLinesResult,
  style: StackStyle,
  { hasWays }: ScreenOptions,
  uses: readonly Section[],
): Section[] {
  const tables = lines.rankings
    .filter((ranking) => ranking.lines.length > 0)
    .map((ranking) => ownRankingSection(ranking, lines, style, hasWays));
  if (tables.length === 0) return [...uses];
  return [
    ...tables,
    ...reasonSection(result, lines),
    ...elsewhereSection(lines, style),
    ...(hasWays ? [] : largestSection(lines, style)),
    ...grewSection(result),
    ...uses,
    nextSection(result, lines),
  ];
}

function largestSection({ basis, rankings }: OwnLinesResult, style: StackStyle): Section[] {
  const [first] = rankings;
  const largest = first?.lines[0];
  // Ways through code without names say nothing.
  if (largest?.kind !== 'own' || basis !== 'own') return [];
  const cells = wayCells(largest, first!.by, style);
  return cells.length === 0 ? [] : [{ title: 'How the largest came about', notes: [cells] }];
}

/** Why own code could not be told, and what helps. */
function reasonSection(
  { recording: { recorder } }: HeapResult,
  { basis, ownPercent, nameless }: OwnLinesResult,
): Section[] {
  if (basis === 'own') return [];
  if (recorder.isNameless) {
    const how = 'addr2line -f -e MODULE OFFSET tells them; --all-code shows the offsets';
    return [{ notes: [[`${recorder.tool} writes down no names of functions: ${how}`]] }];
  }
  if (nameless.length > 0) return [{ notes: nameless.map(namelessCells) }];
  const share: Cell[] = ['only', percent(ownPercent), 'came from source lines of your own'];
  return [{ notes: [[...share, '(compile with -g), so all code is shown']] }];
}

function namelessCells({
  module,
  sharePercent,
  isInterpreter,
  package: name,
}: NamelessResult): Cell[] {
  const [program, share] = [captured(baseName(module)), percent(sharePercent)];
  if (isInterpreter) {
    return [
      program,
      'is an interpreter: functions of the program that it ran have no frames in a recording',
    ];
  }
  const stripped: Cell[] = [
    program,
    'has no function names for',
    share,
    'of it: it is stripped, or was not there when names were looked up;',
  ];
  if (name === null) return [...stripped, 'build it with -g'];
  const { value, basis } = claimOf(name);
  const claimed = captured(value, basis === 'inferred');
  return [...stripped, 'on Debian and Ubuntu apt install', claimed, 'before you record'];
}

/** What to ask next. */
function nextSection(
  { growth, timeline, totals }: HeapResult,
  { rankings }: OwnLinesResult,
): Section {
  const others = (['calls', 'leaked'] as const).filter(
    (kind) => rankings.every(({ by }) => by !== kind) && totals[COST_FIELDS[kind]] !== null,
  );
  const flags = [
    '--stacks 3 the ways there',
    "--all-code the libraries' functions too",
    ...(others.length > 0 ? [`--sort ${others.join(',')}`] : []),
    ...(growth ? ['--growth'] : []),
    ...(timeline.length > 0 ? ['--timeline'] : []),
    '-i to walk through it',
  ];
  return { facts: [{ label: 'more:', cells: [flags.join(' · ')] }] };
}
