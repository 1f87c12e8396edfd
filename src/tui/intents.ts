import type { CapacityQuery } from '../analysis/growth/forward/capacity.ts';
import type { FunctionName } from '../analysis/heap/callers-callees.ts';
import type { FramePath } from '../analysis/heap/flame-graph.ts';
import type { CaptureLine } from '../model/capture-info.ts';
import type { TopicId } from '../model/topic.ts';
import type { MapGrouping } from '../results/map/sections.ts';
import type { SourceWindow } from './session.ts';
import type { Lens } from './state.ts';

export const SCREEN_IDS = [
  'overview',
  'map',
  'timeline',
  'growth',
  'heap',
  'capacity',
  'source',
  'diagnostics',
] as const;

export type ScreenId = (typeof SCREEN_IDS)[number];

/** Screens, and the views of them that have keys and a cursor of their own. */
export const VIEW_IDS = [
  ...SCREEN_IDS,
  'processes',
  'heap-flame',
  'heap-callers',
  'heap-account',
] as const;

export type ViewId = (typeof VIEW_IDS)[number];

/** What a text that is typed in is for. */
export type PromptPurpose = 'search' | 'filter' | 'numbers';

/** What the user wants, whatever key said it. */
export type Intent =
  | {
      readonly type:
        | 'quit'
        | 'suspend'
        | 'redraw'
        | 'reload'
        | 'mouse'
        | 'back'
        | 'help'
        | 'explain';
    }
  | { readonly type: 'show-screen' | 'go-to-screen'; readonly screen: ScreenId }
  | { readonly type: 'next-screen' | 'previous-screen' }
  | { readonly type: 'select-next' | 'select-previous' | 'select-first' | 'select-last' }
  | { readonly type: 'page-down' | 'page-up' | 'half-page-down' | 'half-page-up' }
  /** Rows of a list, or of a page. */
  | { readonly type: 'scroll'; readonly by: number }
  | { readonly type: 'select'; readonly index: number }
  | { readonly type: 'push' | 'compute' }
  | { readonly type: 'open' | 'close' | 'open-all' | 'close-all' }
  | { readonly type: 'prompt'; readonly purpose: PromptPurpose }
  | { readonly type: 'type-text'; readonly text: string }
  | { readonly type: 'erase' | 'accept' }
  | { readonly type: 'search-next' | 'search-previous' }
  | { readonly type: 'copy' | 'write' | 'write-json' | 'units' }
  | { readonly type: 'sort' | 'group' | 'direction' | 'own-code' | 'series' }
  /** Without one, the next. */
  | { readonly type: 'lens'; readonly lens?: Lens }
  /** The next view of the screen; one of the views, for the chosen row. */
  | { readonly type: 'view' | 'callers' }
  /** To what stands beside the chosen part of a drawing. */
  | { readonly type: 'left' | 'right' }
  /** An edge of the heap's window in time, by kept moments. */
  | { readonly type: 'window'; readonly edge: 'from' | 'to'; readonly by: 1 | -1 }
  | { readonly type: 'addresses' | 'mark-map' }
  | { readonly type: 'step-map'; readonly by: 1 | -1 }
  | { readonly type: 'show-map'; readonly index: number; readonly grouping?: MapGrouping }
  /** Cells of the timeline. */
  | { readonly type: 'move-cursor'; readonly by: number }
  /** From 0 to 1. */
  | { readonly type: 'move-cursor-to'; readonly at: number }
  /** A count of elements, or a part of the length. */
  | { readonly type: 'length'; readonly by: number; readonly unit: 'elements' | 'percent' }
  | { readonly type: 'element-size'; readonly by: 1 | -1 }
  | { readonly type: 'container' | 'allocator' | 'next-container'; readonly by: 1 | -1 }
  /** What a screen answers when a row is opened. */
  | { readonly type: 'toggle'; readonly screen: 'map' | 'heap'; readonly name: string }
  /** A row of the map, with the groups open that it takes to see it. */
  | { readonly type: 'processes' }
  | { readonly type: 'choose-process'; readonly index: number }
  | { readonly type: 'reveal'; readonly open: readonly string[]; readonly index: number }
  | { readonly type: 'open-names'; readonly names: readonly string[] }
  | { readonly type: 'select-frame'; readonly path: FramePath; readonly level: number }
  | { readonly type: 'zoom'; readonly path: FramePath }
  | { readonly type: 'show-callers'; readonly of: FunctionName }
  | { readonly type: 'choose-chain'; readonly index: number }
  /** Of a container of the log, by its place in the story. */
  | {
      readonly type: 'numbers';
      readonly found: { readonly numbers: CapacityQuery; readonly from: number };
    }
  | { readonly type: 'read-source'; readonly place: CaptureLine }
  /** What the outside answers. */
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'show-topic'; readonly topic: TopicId; readonly evidence: string }
  | { readonly type: 'show-source'; readonly window: SourceWindow };
