/** Everything that keys can change, as plain data. What the captures say is not in here. */
import type { CapacityQuery } from '../analysis/growth/forward/capacity.ts';
import type { FunctionName } from '../analysis/heap/callers-callees.ts';
import type { CostKind } from '../analysis/heap/costs.ts';
import type { TreeDirection } from '../analysis/heap/details.ts';
import type { FramePath } from '../analysis/heap/flame-graph.ts';
import type { MomentRange } from '../analysis/heap/time-window.ts';
import type { TopicId } from '../model/topic.ts';
import type { SizeColumn } from '../results/map/schema.ts';
import type { MapGrouping } from '../results/map/sections.ts';
import type { Units } from '../views/text/quantity.ts';
import { type PromptPurpose, type ScreenId, VIEW_IDS, type ViewId } from './intents.ts';
import type { Mode } from './keymap.ts';
import { type Cursor, type Rows, START } from './parts/viewport.ts';
import type { SourceWindow } from './session.ts';

/** The column of a memory map that sizes are taken from. */
export const LENSES = ['size', 'resident', 'pss', 'dirty'] as const;
export type Lens = (typeof LENSES)[number];

/** The field of a result that each is. */
export const LENS_FIELDS = {
  size: 'sizeBytes',
  resident: 'residentBytes',
  pss: 'pssBytes',
  dirty: 'dirtyBytes',
} as const satisfies Readonly<Record<Lens, SizeColumn>>;

/** How the heap is shown, in the order of the key that goes through them. */
export const HEAP_VIEWS = ['tree', 'flame', 'callers', 'account'] as const;
export type HeapView = (typeof HEAP_VIEWS)[number];

export type Overlay =
  | { readonly kind: 'help'; readonly top: number }
  | {
      readonly kind: 'topic';
      readonly topic: TopicId;
      readonly evidence: string;
      readonly top: number;
    }
  | { readonly kind: 'prompt'; readonly purpose: PromptPurpose; readonly text: string };

export interface State {
  readonly screen: ScreenId;
  /** Screens that one came from by opening rows; Esc goes back along them. */
  readonly trail: readonly ScreenId[];
  readonly cursors: Readonly<Record<ViewId, Cursor>>;
  readonly overlay: Overlay | undefined;
  readonly units: Units;
  readonly addresses: 'hex' | 'decimal';
  /** What `n` looks for. */
  readonly search: string;
  /** One line that the next key takes away. */
  readonly notice: string;
  /** Whether Overview lists the processes of the log. */
  readonly listsProcesses: boolean;
  readonly map: {
    readonly grouping: MapGrouping;
    readonly lens: Lens;
    readonly sort: 'address' | 'lens';
    readonly open: readonly string[];
    /** Which of the maps; undefined for that of the story. */
    readonly shown: number | undefined;
    /** The one that the shown one is compared with. */
    readonly marked: number | undefined;
  };
  readonly timeline: {
    readonly series: 'log' | 'recording';
    /** Where the cursor is, from 0 to 1; undefined at the peak. */
    readonly at: number | undefined;
  };
  /** The container whose steps are the list; undefined where containers are. */
  readonly growth: { readonly chosen: number | undefined };
  readonly heap: {
    readonly view: HeapView;
    /** Of the tree. */
    readonly direction: TreeDirection;
    readonly by: CostKind;
    readonly filter: string;
    /** Without the functions of the language's own library. */
    readonly ownCode: boolean;
    readonly open: readonly string[];
    readonly flame: {
      readonly direction: TreeDirection;
      /** Frames that were zoomed into, each below the one before. */
      readonly zooms: readonly FramePath[];
      /** The chosen frame. */
      readonly at: FramePath;
    };
    readonly callers: {
      /** The function in the middle, after those that one came from. */
      readonly ways: readonly FunctionName[];
      /** The view that the first was chosen in. */
      readonly from: HeapView;
    };
    /** Undefined for all of the recording. */
    readonly window: MomentRange | undefined;
  };
  readonly capacity: {
    readonly numbers: CapacityQuery;
    /** The container of the log that they began with; undefined for numbers of the user's. */
    readonly from: number | 'example' | undefined;
    /** They are no longer those of that container. */
    readonly isChanged: boolean;
  };
  readonly source: SourceWindow | undefined;
}

/** How large what is shown is, the list or the page that lies over the screen: it decides how far a step goes. */
export interface Extent extends Rows {
  /** Cells of the timeline, and where its cursor is, from 0 to 1. */
  readonly cells: number;
  readonly at: number;
  /** The lenses for which the map has figures. */
  readonly lenses: readonly Lens[];
  /** The costs that the recording has. */
  readonly costs: readonly CostKind[];
  /** The views for which something was read. */
  readonly views: readonly HeapView[];
  /** How many maps there are, and which is shown. */
  readonly maps: number;
  readonly map: number;
  /** Moments of the recording that were kept, its start and end among them. */
  readonly moments: number;
}

export function initialState(screen: ScreenId, numbers: CapacityQuery): State {
  const cursors = Object.fromEntries(VIEW_IDS.map((id) => [id, START]));
  return {
    screen,
    trail: [],
    cursors: cursors as Record<ViewId, Cursor>,
    overlay: undefined,
    units: 'human',
    addresses: 'hex',
    search: '',
    notice: '',
    listsProcesses: false,
    map: {
      grouping: 'none',
      lens: 'size',
      sort: 'address',
      open: [],
      shown: undefined,
      marked: undefined,
    },
    timeline: { series: 'log', at: undefined },
    growth: { chosen: undefined },
    heap: {
      view: 'tree',
      direction: 'bottom-up',
      by: 'peak',
      filter: '',
      ownCode: true,
      open: [],
      flame: { direction: 'top-down', zooms: [], at: [] },
      callers: { ways: [], from: 'tree' },
      window: undefined,
    },
    capacity: { numbers, from: 'example', isChanged: false },
    source: undefined,
  };
}

/** Where keys go. */
export const modeOf = (state: State): Mode => state.overlay?.kind ?? viewOf(state);

/** What is seen below any overlay. */
export function viewOf({ screen, listsProcesses, heap: { view } }: State): ViewId {
  if (screen === 'overview' && listsProcesses) return 'processes';
  return screen === 'heap' && view !== 'tree' ? `heap-${view}` : screen;
}

export const cursorOf = (state: State): Cursor => state.cursors[viewOf(state)];

/** Goes to a screen, and remembers where from. */
export function onTrail(state: State, screen: ScreenId): State {
  if (screen === state.screen) return state;
  return { ...state, screen, trail: [...state.trail, state.screen] };
}

export const withCursor = (state: State, cursor: Cursor): State => ({
  ...state,
  cursors: { ...state.cursors, [viewOf(state)]: cursor },
});

/** The one after another in a list that goes round. */
export const cycled = <T>(list: readonly T[], at: T): T =>
  list[(list.indexOf(at) + 1) % list.length]!;
