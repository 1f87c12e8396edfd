import type { Story } from '../../analysis/story/story.ts';
import type { NamedCapture } from '../../model/capture-info.ts';
import { memoizeLast } from '../../model/memoize.ts';
import { storyResult } from '../../results/story/story-result.ts';
import type { Subject } from '../../views/report.ts';
import { storyReport } from '../../views/story/report.ts';
import { escapeText } from '../../views/text/escape.ts';
import { containerNumbers } from '../container-numbers.ts';
import type { Intent } from '../intents.ts';
import { type Line, span } from '../parts/line.ts';
import { wrapped } from '../parts/wrapped.ts';
import { reportShown } from '../report-screen.ts';
import type { Screen } from '../screen.ts';
import type { Reading } from '../session.ts';
import { warningsIn } from './diagnostics.ts';
import { processesShown, processLine } from './processes.ts';

/** Containers that are told of; Growth lists all. */
const MOST_CONTAINERS = 10;

const reportOf = memoizeLast((story: Story, captures: readonly NamedCapture[]) =>
  storyReport(storyResult(story, captures), {
    top: MOST_CONTAINERS,
    rows: true,
    containers: true,
    addressSpace: true,
  }),
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
    if (state.listsProcesses) return processesShown(reading!, state, area);
    const head = headLines(reading!, area.columns);
    const report = reportShown(
      reportOf(story, captures),
      state,
      { ...area, rows: area.rows - head.length },
      (subject) => opens(subject, reading!),
    );
    return { crumbs: [], head, ...report };
  },
};

/** What changes how the rest is read. */
function headLines(reading: Reading, columns: number): Line[] {
  const { gone = [], readAt } = reading;
  const names = gone.map((name) => (/^\d+$/.test(name) ? `process ${name}` : name)).join(', ');
  const since = `${escapeText(names)} cannot be read any more: all as it was read at ${readAt.toTimeString().slice(0, 8)}`;
  const count = warningsIn(reading);
  const problems = `▲ ${count} ${count === 1 ? 'thing is' : 'things are'} wrong with what was read: `;
  return [
    ...processLine(reading),
    ...(gone.length === 0
      ? []
      : wrapped(since, columns).map(([text]): Line => [span(String(text), 'warning')])),
    ...(count === 0
      ? []
      : [[span(problems, 'warning'), span('8', 'accent'), span(' shows what', 'dim')]]),
  ];
}

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
