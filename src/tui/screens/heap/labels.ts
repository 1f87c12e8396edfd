import type { FunctionName } from '../../../analysis/heap/callers-callees.ts';
import type { CostKind, HeapCosts } from '../../../analysis/heap/costs.ts';
import type { StackFrame } from '../../../analysis/heap/stacks.ts';
import type { HeapWindow } from '../../../analysis/heap/time-window.ts';
import { baseName } from '../../../model/base-name.ts';
import type { WorkClock } from '../../../model/heap-profile.ts';
import { moment } from '../../../views/heaptrack/moment.ts';
import {
  COLUMN_TITLES,
  costQuantity,
  frameCell,
  placeWords,
  type StackStyle,
} from '../../../views/heaptrack/stack-style.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { formatCell, type Units } from '../../../views/text/quantity.ts';
import type { Intent } from '../../intents.ts';
import { type Line, span } from '../../parts/line.ts';
import type { HeapView } from '../../state.ts';
import type { Tone } from '../../theme.ts';

const STYLE: StackStyle = { frames: 1, fullNames: false, figures: 'total', inexact: [] };

export const HEAP_VIEW_TITLES: Readonly<Record<HeapView, string>> = {
  tree: 'tree',
  flame: 'flame graph',
  callers: 'callers and callees',
  account: 'account of the allocator',
};

const WINDOW_TITLES: Readonly<Record<CostKind, string>> = {
  ...COLUMN_TITLES,
  peak: 'at fullest',
  leaked: 'grown',
};

/** What a cost is called, of a recording or of a window in it. */
export const costTitle = (by: CostKind, isWindow: boolean): string =>
  (isWindow ? WINDOW_TITLES : COLUMN_TITLES)[by];

export const cost = (by: CostKind, value: number, units: Units): string =>
  formatCell(costQuantity(by, value, STYLE), units);

export const shareOf = (value: number, whole: number): string =>
  whole === 0 ? '' : `${((100 * value) / whole).toFixed(1)} %`;

/** From cold to hot; lengths, widths and shades say the same. */
export function heat(share: number): { readonly tone: Tone; readonly shade: string } {
  if (share >= 0.5) return { tone: 'fill-6', shade: '▒' };
  if (share >= 0.2) return { tone: 'fill-3', shade: '░' };
  return share >= 0.05 ? { tone: 'fill-1', shade: ':' } : { tone: 'fill-2', shade: '·' };
}

/** Code without names is one function for each module: no single address stands for it. */
export function functionWords({ name, module }: FunctionName, units: Units): string {
  if (name !== undefined)
    return formatCell(frameCell({ function: name, module: null }, STYLE), units);
  return module === undefined ? '(no name known)' : `${escapeText(baseName(module))} (no names)`;
}

/** For rows that are no function. */
export const NO_CALLERS: Intent = { type: 'notice', text: 'choose a function to see its callers' };

export const nameOf = ({ name, module }: FunctionName): FunctionName => ({ name, module });

/** A time of a recording. */
export const timeWords = (value: number, clock: WorkClock | undefined): string =>
  moment(value, clock)
    .map((cell) => formatCell(cell, 'human'))
    .join(' ');

/** All that is known of what something cost. @param kinds what was recorded. */
export function figures(
  costs: HeapCosts,
  kinds: readonly CostKind[],
  units: Units,
  isWindow: boolean,
): string {
  const words: Partial<Record<CostKind, string>> = {
    calls: `${costs.calls} calls`,
    temporary: `${costs.temporary} temporary`,
    allocated: `${cost('allocated', costs.allocated, units)} in all`,
    peak: `${cost('peak', costs.peak, units)} ${costTitle('peak', isWindow)}`,
    leaked: `${cost('leaked', costs.leaked, units)} ${costTitle('leaked', isWindow)}`,
  };
  const inWords = (kind: CostKind) =>
    words[kind] ?? `${cost(kind, costs[kind], units)} ${costTitle(kind, isWindow)}`;
  const inOrder = new Set<CostKind>([
    'calls',
    'temporary',
    'allocated',
    'peak',
    'leaked',
    ...kinds,
  ]);
  return [...inOrder].flatMap((kind) => (kinds.includes(kind) ? [inWords(kind)] : [])).join(', ');
}

/** Where costs were read, and what the one of a kind means in a window. */
export function evidenceOf(
  window: HeapWindow | undefined,
  by: CostKind,
  kinds: readonly CostKind[],
): (costs: HeapCosts) => string {
  const total = ({ calls, allocated }: HeapCosts) =>
    [
      ...(kinds.includes('calls') ? [`${calls} calls`] : []),
      ...(kinds.includes('allocated') ? [`${allocated} bytes in all`] : []),
    ].join(', ');
  const ending = (costs: HeapCosts) => (total(costs) === '' ? '' : `: ${total(costs)}`);
  if (window === undefined) return (costs) => `the recording${ending(costs)}`;
  const { fromTime, toTime, fullestTime, clock } = window;
  const at = (time: number) => timeWords(time, clock);
  const where = `the recording between its kept moments at ${at(fromTime)} and ${at(toTime)}`;
  const meaning: Partial<Record<CostKind, string>> = {
    peak: `; what was live at ${at(fullestTime)}, the kept moment in between with most`,
    leaked: '; what stacks held more at the second than at the first',
  };
  return (costs) => `${where}${ending(costs)}${meaning[by] ?? ''}`;
}

/** A function in full, and where it stands. */
export function functionLines(frame: StackFrame): Line[] {
  const { name, file, line, module } = frame;
  const where = [...(file === undefined ? [] : [placeWords({ file, line, module: null })]), module];
  return [
    [span(name === undefined ? functionWords(frame, 'human') : escapeText(name), 'strong')],
    [escapeText(where.filter(Boolean).join('  '))],
  ];
}
