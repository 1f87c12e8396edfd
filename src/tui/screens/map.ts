import { NO_ROWS, type Screen } from '../screen.ts';

export const mapScreen: Screen = {
  id: 'map',
  title: 'Map',
  missing: () => 'not yet',
  show: () => ({ crumbs: [], head: [], list: NO_ROWS, foot: [] }),
};
