import { NO_ROWS, type Screen } from '../screen.ts';

export const growthScreen: Screen = {
  id: 'growth',
  title: 'Growth',
  missing: () => 'not yet',
  show: () => ({ crumbs: [], head: [], list: NO_ROWS, foot: [] }),
};
