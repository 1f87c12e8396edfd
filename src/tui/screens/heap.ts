import { NO_ROWS, type Screen } from '../screen.ts';

export const heapScreen: Screen = {
  id: 'heap',
  title: 'Heap',
  missing: () => 'not yet',
  show: () => ({ crumbs: [], head: [], list: NO_ROWS, foot: [] }),
};
