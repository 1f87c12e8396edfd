import type { Story } from '../../analysis/story/story.ts';
import type { NamedCapture } from '../../model/capture-info.ts';
import { memoizeLast } from '../../model/memoize.ts';
import type { Subject } from '../../views/report.ts';
import { storyReport } from '../../views/story/report.ts';
import { containerNumbers } from '../container-numbers.ts';
import type { Intent } from '../intents.ts';
import { reportShown } from '../report-screen.ts';
import type { Screen } from '../screen.ts';
import type { Reading } from '../session.ts';

/** Containers that are told of; Growth lists all. */
const MOST_CONTAINERS = 10;

const reportOf = memoizeLast((story: Story, captures: readonly NamedCapture[]) =>
  storyReport(story, captures, MOST_CONTAINERS),
);

/** What all captures say together, as `memtool explain` tells it. */
export const overviewScreen: Screen = {
  id: 'overview',
  title: 'Overview',
  missing: (reading) =>
    reading === undefined || reading.captures.length === 0
      ? 'no capture was read. Record one: memtool record -- PROGRAM, then memtool tui FOLDER; 6 shows how capacities work'
      : undefined,
  show(reading, state, area) {
    const { story, captures } = reading!;
    return {
      crumbs: [],
      head: [],
      ...reportShown(reportOf(story, captures), state, area, (subject) => opens(subject, reading!)),
    };
  },
};

/** A container opens how it comes to its pages, where that is known; captures open their screen. */
function opens(subject: Subject, { story }: Reading): Intent | undefined {
  switch (subject.kind) {
    case 'container': {
      const { index } = subject;
      return containerNumbers(story.containers[index]!, story.witnesses.pageBytes) === undefined
        ? { type: 'choose-chain', index }
        : { type: 'compute' };
    }
    case 'memory-maps':
      return { type: 'go-to-screen', screen: 'map' };
    case 'syscall-trace':
      return { type: 'go-to-screen', screen: 'timeline' };
    case 'heap-profile':
      return { type: 'go-to-screen', screen: 'heap' };
    default:
      return undefined;
  }
}
