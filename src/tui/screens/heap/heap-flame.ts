import type { CallTree } from '../../../analysis/heap/call-tree.ts';
import type { CostKind } from '../../../analysis/heap/costs.ts';
import {
  type FlameBox,
  type FlameLevel,
  type FlamePlace,
  type FramePath,
  flameGraph,
  nodeAt,
  pathOf,
  placeOf,
} from '../../../analysis/heap/flame-graph.ts';
import type { HeapWindow } from '../../../analysis/heap/time-window.ts';
import { memoizeLast } from '../../../model/memoize.ts';
import { topicOfCost } from '../../../results/topics.ts';
import type { Units } from '../../../views/text/quantity.ts';
import type { Intent } from '../../intents.ts';
import { type FlameCell, flameLine } from '../../parts/flame.ts';
import { type Line, span } from '../../parts/line.ts';
import type { About } from '../../screen.ts';
import { foundIndex } from '../../search.ts';
import { stacksIn, treeIn, windowIn } from './heap-stacks.ts';
import type { HeapViewOf } from './heap-view.ts';
import {
  cost,
  costTitle,
  evidenceOf,
  figures,
  functionLines,
  functionWords,
  heat,
  NO_CALLERS,
  nameOf,
  shareOf,
} from './labels.ts';

const DIRECTIONS = {
  'top-down': 'callees below their callers',
  'bottom-up': 'callers below what they call',
} as const;

const WHOLE: FramePath = [];

const graphOf = memoizeLast(
  (tree: CallTree, by: CostKind, zoom: FramePath, columns: number): readonly FlameLevel[] =>
    flameGraph(tree, by, nodeAt(tree, by, zoom), columns),
);

/** A flame graph as it is drawn, and what is chosen in it. */
interface Graph {
  readonly tree: CallTree;
  readonly by: CostKind;
  readonly levels: readonly FlameLevel[];
  readonly zoom: FramePath;
  readonly chosen: FlamePlace;
  readonly units: Units;
  /** The costs that were recorded. */
  readonly kinds: readonly CostKind[];
}

/** Boxes as wide as what they cost. A row is a level; one box is chosen. */
export const flameView: HeapViewOf = (profile, state, { columns }) => {
  const { flame, by } = state.heap;
  const tree = treeIn(profile, state, flame.direction);
  const zoom = flame.zooms.at(-1) ?? WHOLE;
  const levels = graphOf(tree, by, zoom, columns);
  const chosen = placeOf(levels, flame.at.slice(zoom.length));
  const { kinds } = stacksIn(profile, state);
  const graph: Graph = { tree, by, levels, zoom, chosen, units: state.units, kinds };
  const window = windowIn(profile, state);
  const zoomed = flame.zooms.map((path) => {
    const node = nodeAt(tree, by, path);
    return node === undefined ? '' : functionWords(tree.frame(node), state.units);
  });
  const box = boxAt(graph, chosen);
  return {
    direction: `${flame.direction}: ${DIRECTIONS[flame.direction]}`,
    crumbs: [`flame graph, ${flame.direction}`, ...zoomed],
    head: [],
    list: {
      count: levels.length,
      line: (level) => flameLine(levels[level]!.map((_, index) => cellOf(graph, { level, index }))),
      text: (level) => levels[level]!.map((one) => boxText(graph, one)).join(' | '),
      about: () => aboutChosen(graph, window),
    },
    foot: footLines(graph, box, window !== undefined),
    marksItself: true,
    chosenText: boxText(graph, box),
    pressed: (level, column) => pressed(graph, level, column),
    find: (search, by, fromHere) => found(graph, search, by, fromHere),
  };
};

const boxAt = ({ levels }: Graph, { level, index }: FlamePlace): FlameBox => levels[level]![index]!;

function boxWords({ tree, units }: Graph, box: FlameBox): string {
  if (box.kind === 'whole') return 'all';
  if (box.kind === 'narrow') return `+${box.count} narrower`;
  return functionWords(tree.frame(box.node), units);
}

/** In words, as it is copied, written and searched. */
function boxText(graph: Graph, box: FlameBox): string {
  const { tree, by, units } = graph;
  return `${boxWords(graph, box)}  ${cost(by, box.cost, units)}  ${shareOf(box.cost, tree.total[by])}`;
}

function cellOf(graph: Graph, place: FlamePlace): FlameCell {
  const { tree, by, chosen } = graph;
  const box = boxAt(graph, place);
  const { start, columns } = box;
  const isChosen = place.level === chosen.level && place.index === chosen.index;
  const common = { start, columns, label: boxWords(graph, box), isChosen };
  if (box.kind === 'narrow') {
    return { ...common, brief: `+${box.count}`, border: '┊', shade: ' ', tone: 'dim' };
  }
  return { ...common, border: '▏', ...heat(box.cost / tree.total[by]) };
}

function aboutChosen(graph: Graph, window: HeapWindow | undefined): About {
  const { tree, by, chosen, zoom } = graph;
  const box = boxAt(graph, chosen);
  const place = undefined;
  const topic = topicOfCost(by);
  const instead = { ...moves(graph), callers: NO_CALLERS };
  if (box.kind === 'narrow') {
    const evidence = `the sum of ${box.count} frames side by side, none of which is a column wide here; zoom in to see more of them`;
    // With all columns for the frame above, more of them are wide enough.
    const isZoomed = chosen.level === 1;
    const path = [...zoom, ...pathOf(graph.levels, chosen)].slice(0, -1);
    return {
      topic,
      evidence,
      place,
      ...(isZoomed ? {} : { open: { type: 'zoom', path } }),
      instead,
    };
  }
  const costs = box.kind === 'whole' ? tree.total : box.node.costs;
  const evidence = evidenceOf(window, by, graph.kinds)(costs);
  if (box.kind === 'whole') return { topic, evidence, place, instead };
  const callers: Intent = { type: 'show-callers', of: nameOf(tree.frame(box.node)) };
  const path = [...zoom, ...pathOf(graph.levels, chosen)];
  const isZoomed = chosen.level === 0;
  return {
    topic,
    evidence,
    place,
    ...(isZoomed ? {} : { open: { type: 'zoom', path } }),
    instead: { ...instead, callers, view: callers },
  };
}

/** Where keys lead from the chosen box. */
function moves(graph: Graph): NonNullable<About['instead']> {
  const { levels, chosen } = graph;
  const { level, index } = chosen;
  const to = (place: FlamePlace): Intent => selected(graph, place);
  const beside = (by: 1 | -1): FlamePlace => {
    const boxes = levels[level]!;
    let next = index + by;
    while (boxes[next]?.columns === 0) next += by;
    return boxes[next] === undefined ? chosen : { level, index: next };
  };
  let end = chosen;
  for (let next = below(graph, end); next !== undefined; next = below(graph, end)) end = next;
  const parent = boxAt(graph, chosen).parent;
  return {
    left: to(beside(-1)),
    right: to(beside(1)),
    'select-next': to(below(graph, chosen) ?? chosen),
    'select-previous': to(level === 0 ? chosen : { level: level - 1, index: parent }),
    'select-first': to({ level: 0, index: 0 }),
    'select-last': to(end),
  };
}

/** The first box below, which is the costliest. */
function below({ levels }: Graph, { level, index }: FlamePlace): FlamePlace | undefined {
  const boxes = levels[level + 1] ?? [];
  const first = boxes.findIndex(({ parent, columns }) => parent === index && columns > 0);
  return first === -1 ? undefined : { level: level + 1, index: first };
}

const selected = ({ levels, zoom }: Graph, place: FlamePlace): Intent => ({
  type: 'select-frame',
  path: [...zoom, ...pathOf(levels, place)],
  level: place.level,
});

/** A box; the chosen one is opened. */
function pressed(graph: Graph, level: number, column: number): Intent | undefined {
  const { chosen } = graph;
  const index = (graph.levels[level] ?? []).findIndex(
    ({ start, columns }) => start <= column && column < start + columns,
  );
  if (index === -1) return undefined;
  const isChosen = level === chosen.level && index === chosen.index;
  return isChosen ? { type: 'open' } : selected(graph, { level, index });
}

/** Level by level from the chosen frame on, and around the end. */
function found(graph: Graph, search: string, by: 1 | -1, fromHere: boolean): Intent | undefined {
  const places = graph.levels.flatMap((boxes, level) =>
    boxes.flatMap(({ columns }, index) => (columns === 0 ? [] : [{ level, index }])),
  );
  const { level, index } = graph.chosen;
  const at = places.findIndex((place) => place.level === level && place.index === index);
  const list = {
    count: places.length,
    text: (i: number) => boxWords(graph, boxAt(graph, places[i]!)),
  };
  const next = foundIndex(list, search, at, by, fromHere);
  return next === undefined ? undefined : selected(graph, places[next]!);
}

function footLines(graph: Graph, box: FlameBox, isWindow: boolean): Line[] {
  const { tree, by, units, kinds, levels, chosen } = graph;
  const zoomedCost = levels[0]![0]!.cost;
  const shares = [`${shareOf(box.cost, tree.total[by])} of all`];
  if (graph.zoom.length > 0) shares.push(`${shareOf(box.cost, zoomedCost)} of the zoomed frame`);
  const value = `${cost(by, box.cost, units)} ${costTitle(by, isWindow)}, ${shares.join(', ')}`;
  const first = (rest: string): Line => [span(value, 'strong'), span(rest, 'dim')];
  if (box.kind === 'narrow') {
    return [
      [
        span(
          `${box.count} ${box.count === 1 ? 'frame' : 'frames'} narrower than a column`,
          'strong',
        ),
      ],
      ['⏎ zooms into the frame above; the tree shows all of them'],
      first(''),
    ];
  }
  if (box.kind === 'whole') {
    return [
      [span('all stacks', 'strong')],
      [],
      first(`; ${figures(tree.total, kinds, units, isWindow)}`),
    ];
  }
  const { node } = box;
  const hidden = (levels[chosen.level + 1] ?? []).find(
    (one) => one.kind === 'narrow' && one.parent === chosen.index && one.columns === 0,
  );
  const gathered =
    hidden?.kind === 'narrow' ? `; ${hidden.count} too narrow to be seen below it` : '';
  const own = `; in itself ${cost(by, node.own[by], units)}${gathered}; ${figures(node.costs, kinds, units, isWindow)}`;
  return [...functionLines(tree.frame(node)), first(own)];
}
