import { NO_ROWS, type Screen } from '../screen.ts';

export const timelineScreen: Screen = {
  id: 'timeline',
  title: 'Timeline',
  missing: () => 'not yet',
  show: () => ({ crumbs: [], head: [], list: NO_ROWS, foot: [] }),
};
