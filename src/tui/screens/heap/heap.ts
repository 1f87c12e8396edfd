import type { CostKind } from '../../../analysis/heap/costs.ts';
import type { HeapProfile } from '../../../model/heap-profile.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { type Line, span } from '../../parts/line.ts';
import type { Screen } from '../../screen.ts';
import type { HeapView, State } from '../../state.ts';
import { callersView } from './heap-callers.ts';
import { flameView } from './heap-flame.ts';
import { momentsOf, stacksIn, totalsOf, windowIn } from './heap-stacks.ts';
import { treeView } from './heap-tree.ts';
import type { HeapViewOf } from './heap-view.ts';
import { windowLines } from './heap-window.ts';
import { cost, costTitle, HEAP_VIEW_TITLES } from './labels.ts';

const VIEWS: Readonly<Record<HeapView, HeapViewOf>> = {
  tree: treeView,
  flame: flameView,
  callers: callersView,
};

export const heapScreen: Screen = {
  id: 'heap',
  title: 'Heap',
  missing: (reading) =>
    reading?.story.witnesses.recording === undefined
      ? 'no heap recording was read. Record one: heaptrack PROGRAM, or memtool record --heaptrack -- PROGRAM'
      : undefined,
  show(reading, wanted, area) {
    const { profile } = reading!.story.witnesses.recording!;
    const { kinds: costs } = stacksIn(profile, wanted);
    const state = withRecordedCost(wanted, costs);
    const { view, filter } = state.heap;
    const shown = VIEWS[view](profile, state, area);
    const head = [
      settingsLine(profile, state, shown.direction),
      ...windowLines(profile, state, area.columns),
      ...shown.head,
    ];
    const crumbs = [...shown.crumbs, ...(filter === '' ? [] : [`filter ${filter}`])];
    return { ...shown, crumbs, head, costs, moments: momentsOf(profile).length };
  },
};

/** A cost that was not recorded gives way to the first that was. */
function withRecordedCost(state: State, costs: readonly CostKind[]): State {
  const [first] = costs;
  if (first === undefined || costs.includes(state.heap.by)) return state;
  return { ...state, heap: { ...state.heap, by: first } };
}

function settingsLine(profile: HeapProfile, state: State, direction: string): Line {
  const { by, filter, ownCode, view } = state.heap;
  const window = windowIn(profile, state);
  const total = totalsOf(stacksIn(profile, state))[by];
  const title = costTitle(by, window !== undefined);
  return [
    span(cost(by, total, state.units), 'strong'),
    ` ${title}`,
    ...(filter === '' ? [] : [' through ', span(escapeText(filter), 'strong')]),
    span('   v ', 'accent'),
    span(HEAP_VIEW_TITLES[view], 'dim'),
    span('   s ', 'accent'),
    span(`by ${title}`, 'dim'),
    span('   o ', 'accent'),
    span(ownCode ? 'own code' : 'all code', 'dim'),
    span('   d ', 'accent'),
    span(direction, 'dim'),
  ];
}
