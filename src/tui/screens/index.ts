import type { ScreenId } from '../intents.ts';
import type { Screen } from '../screen.ts';
import { capacityScreen } from './capacity/capacity.ts';
import { diagnosticsScreen } from './diagnostics.ts';
import { growthScreen } from './growth.ts';
import { heapScreen } from './heap/heap.ts';
import { mapScreen } from './map/map.ts';
import { overviewScreen } from './overview.ts';
import { sourceScreen } from './source.ts';
import { timelineScreen } from './timeline/timeline.ts';

/** In the order of their tabs. */
export const SCREENS: readonly Screen[] = [
  overviewScreen,
  mapScreen,
  timelineScreen,
  growthScreen,
  heapScreen,
  capacityScreen,
  sourceScreen,
  diagnosticsScreen,
];

export const screenOf = (id: ScreenId): Screen => SCREENS.find((screen) => screen.id === id)!;
