import {
  callersOf,
  type FunctionName,
  type FunctionNeighbours,
  type RelatedFunction,
} from '../../../analysis/heap/callers-callees.ts';
import {
  COST_KINDS,
  type CostedStacks,
  type CostKind,
  type HeapCosts,
} from '../../../analysis/heap/costs.ts';
import { baseName } from '../../../model/base-name.ts';
import type { HeapProfile } from '../../../model/heap-profile.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import { topicOfCost } from '../../../results/topics.ts';
import { fitColumns } from '../../../views/text/columns.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { gauge } from '../../parts/bars.ts';
import { type Line, lineText, span } from '../../parts/line.ts';
import { tableHead, tableLine } from '../../parts/table.ts';
import { settled } from '../../parts/viewport.ts';
import { type About, listOf } from '../../screen.ts';
import { forestIn, stacksIn, windowIn } from './heap-stacks.ts';
import type { HeapShown, HeapViewOf } from './heap-view.ts';
import {
  cost,
  costTitle,
  evidenceOf,
  figures,
  functionWords,
  heat,
  nameOf,
  shareOf,
} from './labels.ts';

const HEAT_CELLS = 10;

/** Functions of the way here that the breadcrumbs name. */
const MOST_CRUMBS = 3;

const isSame = (a: FunctionName, b: FunctionName): boolean =>
  a.name === b.name && a.module === b.module;

const surroundingsOf = memoizeLast(
  (profile: HeapProfile, costed: CostedStacks, wanted: FunctionName) => {
    const { rows, forest } = forestIn(profile, costed);
    const { stacks, costs } = costed;
    return callersOf(stacks, costs, (one) => isSame(one, wanted), rows, forest);
  },
);

interface CallersRow {
  readonly kind: 'caller' | 'callee' | 'self';
  readonly of: FunctionName;
  readonly costs: HeapCosts;
}

/** Callers above the function, callees below it, the costliest first. */
const rowsOf = memoizeLast(
  ({ callers, callees, inclusive }: FunctionNeighbours, of: FunctionName, by: CostKind) => {
    const sorted = (functions: readonly RelatedFunction[], kind: 'caller' | 'callee') =>
      functions
        .toSorted((a, b) => b.costs[by] - a.costs[by] || b.costs.calls - a.costs.calls)
        .map((one): CallersRow => ({ kind, of: nameOf(one), costs: one.costs }));
    const self: CallersRow = { kind: 'self', of, costs: inclusive };
    return [...sorted(callers, 'caller'), self, ...sorted(callees, 'callee')];
  },
);

/** One function with those that call it and those that it calls. */
export const callersView: HeapViewOf = (profile, state, { columns }) => {
  const { heap, units } = state;
  const { by, callers } = heap;
  const wanted = callers.ways.at(-1);
  if (wanted === undefined) {
    return nothing(
      'no function is chosen: v to the tree or the flame graph, and c on one of theirs',
    );
  }
  const costed = stacksIn(profile, state);
  const around = surroundingsOf(profile, costed, wanted);
  const name = (of: FunctionName) => functionWords(of, units);
  const crumbs = ['callers and callees', ...callers.ways.slice(-MOST_CRUMBS).map(name)];
  if (around === undefined || COST_KINDS.every((kind) => around.inclusive[kind] === 0)) {
    const words = `${name(wanted)} stands in none of the stacks that are looked at: o and Esc bring more of them`;
    return { ...nothing(words), crumbs };
  }
  const window = windowIn(profile, state);
  const rows = rowsOf(around, wanted, by);
  const whole = around.inclusive[by];
  const specs = [
    { title: costTitle(by, window !== undefined), width: 11, align: 'right' },
    { title: 'of it', width: 7, align: 'right' },
    { title: '', width: HEAT_CELLS, dropAt: 1 },
    { title: sides(around), cut: 'middle' },
    { title: 'in', width: 24, cut: 'start', dropAt: 3 },
  ] as const;
  const layout = fitColumns(specs, columns);
  const line = ({ kind, of, costs }: CallersRow): Line => {
    const value = costs[by];
    const words = `${MARKS[kind]} ${name(of)}`;
    return tableLine(layout, [
      span(cost(by, value, units), 'strong'),
      shareOf(value, whole),
      span(gauge(value, whole, HEAT_CELLS), heat(value / whole).tone),
      kind === 'self' ? span(words, 'accent') : words,
      span(escapeText(baseName(of.module ?? '')), 'dim'),
    ]);
  };
  const self = rows.findIndex(({ kind }) => kind === 'self');
  const { selected } = settled(state.cursors['heap-callers'], rows.length, 1);
  const chosen = rows[selected]!;
  const evidence = evidenceOf(window, by, costed.kinds);
  return {
    direction: selected <= self ? 'to the callees' : 'to the callers',
    crumbs,
    head: [tableHead(layout, specs)],
    list: listOf(
      rows,
      line,
      ({ kind, of, costs }): About => ({
        topic: topicOfCost(by),
        evidence: `${evidence(costs)}; ${MEANINGS[kind]}`,
        place: undefined,
        ...(kind !== 'self' ? { open: { type: 'show-callers', of } } : {}),
        instead: { direction: { type: 'select', index: selected <= self ? self + 1 : 0 } },
      }),
      (row) => lineText(line(row)).trimEnd(),
    ),
    foot: footLines(chosen, name(wanted), name(chosen.of), {
      figures: figures(chosen.costs, costed.kinds, units, window !== undefined),
      own: `in itself ${cost(by, around.self[by], units)}`,
    }),
  };
};

const MARKS = { caller: '▲', self: '●', callee: '▼' } as const;

const MEANINGS = {
  caller: 'all stacks in which this function calls the one in the middle, each counted once',
  callee: 'all stacks in which the one in the middle calls this function, each counted once',
  self: 'all stacks that it stands in, each counted once however often it calls itself',
} as const;

function footLines(
  { kind }: CallersRow,
  middle: string,
  chosen: string,
  words: { readonly figures: string; readonly own: string },
): Line[] {
  const sentence = {
    caller: [span(chosen, 'strong'), ' calls ', span(middle, 'strong')],
    callee: [span(middle, 'strong'), ' calls ', span(chosen, 'strong')],
    self: [span(middle, 'strong'), `; ${words.own}`],
  }[kind];
  return [sentence, [span(words.figures, 'dim')]];
}

const nothing = (words: string): HeapShown => ({
  direction: '',
  crumbs: ['callers and callees'],
  head: [[], [words]],
  list: listOf(
    [],
    () => [],
    () => undefined,
    () => '',
  ),
  foot: [],
});

function sides({ callers, callees }: FunctionNeighbours): string {
  const count = (all: readonly unknown[], word: string) =>
    `${all.length} ${word}${all.length === 1 ? '' : 's'}`;
  return `${count(callers, 'caller')} above, ${count(callees, 'callee')} below`;
}
