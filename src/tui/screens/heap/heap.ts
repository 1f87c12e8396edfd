import type { CostKind } from '../../../analysis/heap/costs.ts';
import type { Story } from '../../../analysis/story/story.ts';
import type { HeapProfile } from '../../../model/heap-profile.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import { accountsReport } from '../../../views/malloc/account-report.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { type Line, span } from '../../parts/line.ts';
import { reportShown } from '../../report-screen.ts';
import type { Screen } from '../../screen.ts';
import { HEAP_VIEWS, type HeapView, type State } from '../../state.ts';
import { callersView } from './heap-callers.ts';
import { flameView } from './heap-flame.ts';
import { momentsOf, stacksIn, totalsOf, windowIn } from './heap-stacks.ts';
import { treeView } from './heap-tree.ts';
import type { HeapViewOf } from './heap-view.ts';
import { windowLines } from './heap-window.ts';
import { cost, costTitle, HEAP_VIEW_TITLES } from './labels.ts';

const VIEWS: Readonly<Record<Exclude<HeapView, 'account'>, HeapViewOf>> = {
  tree: treeView,
  flame: flameView,
  callers: callersView,
};

export const heapScreen: Screen = {
  id: 'heap',
  title: 'Heap',
  missing: (reading) =>
    reading === undefined || viewsOf(reading.story).length === 0
      ? 'no heap recording was read. Record one: heaptrack PROGRAM, or memtool record --heaptrack -- PROGRAM'
      : undefined,
  show(reading, wanted, area) {
    const { recording, accounts } = reading!.story.witnesses;
    const views = viewsOf(reading!.story);
    const account = reading!.heap ?? accountOf(accounts);
    if (account && (recording === undefined || wanted.heap.view === 'account')) {
      const crumbs = [HEAP_VIEW_TITLES.account];
      return { crumbs, head: [], views, ...reportShown(account, wanted, area, () => undefined) };
    }
    const { profile } = recording!;
    const { kinds: costs } = stacksIn(profile, wanted);
    const state = withRecordedCost(wanted, costs);
    const { view, filter } = state.heap;
    const shown = VIEWS[view === 'account' ? 'tree' : view](profile, state, area);
    const head = [
      settingsLine(profile, state, shown.direction),
      ...windowLines(profile, state, area.columns),
      ...shown.head,
    ];
    const crumbs = [...shown.crumbs, ...(filter === '' ? [] : [`filter ${filter}`])];
    return { ...shown, crumbs, head, costs, views, moments: momentsOf(profile).length };
  },
};

const accountOf = memoizeLast(accountsReport);

/** What was read: the stacks of a recording, and what an allocator counts. */
export function viewsOf({ witnesses: { recording, accounts } }: Story): readonly HeapView[] {
  const hasStacks = recording !== undefined;
  return HEAP_VIEWS.filter((view) => (view === 'account' ? accounts.length > 0 : hasStacks));
}

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
