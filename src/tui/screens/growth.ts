import { memoizeLast } from '../../model/memoize.ts';
import { grownListReport, grownReport } from '../../views/story/growth-report.ts';
import { settled } from '../parts/viewport.ts';
import { previewLines, reportShown } from '../report-screen.ts';
import type { Screen } from '../screen.ts';

const listOf = memoizeLast(grownListReport);
const oneOf = memoizeLast(grownReport);

/** With less room than this below the list, the chosen row is not told of. */
const FEWEST_ROWS = 4;

/** Containers that grew, and one of them step by step. */
export const growthScreen: Screen = {
  id: 'growth',
  title: 'Growth',
  missing: (reading) =>
    reading === undefined || listOf(reading.story, reading.captures) === undefined
      ? 'no container that grew was found. Record: strace -f -tt -o strace.log PROGRAM, or heaptrack PROGRAM'
      : undefined,
  show(reading, state, area) {
    const { story, captures } = reading!;
    const { chosen } = state.growth;
    const one = chosen === undefined ? undefined : oneOf(story, captures, chosen);
    if (one !== undefined) {
      const shown = reportShown(one, state, area, () => undefined);
      return { crumbs: [`row ${chosen! + 1}`], head: [], ...shown };
    }
    const shown = reportShown(listOf(story, captures)!, state, area, (subject) =>
      'index' in subject ? { type: 'choose-chain', index: subject.index } : undefined,
    );
    const { selected } = settled(state.cursors.growth, shown.list.count, 1);
    const below = oneOf(story, captures, selected);
    const room = area.rows - shown.body!.lines.length;
    const preview = below ? previewLines(below, state.units, area.columns) : [];
    // It begins right below the list.
    const foot = Array.from(
      { length: room < FEWEST_ROWS ? 0 : room },
      (_, i) => preview[i - 1] ?? [],
    );
    return { crumbs: [], head: [], ...shown, foot };
  },
};
