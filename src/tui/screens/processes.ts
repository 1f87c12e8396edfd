import { memoizeLast } from '../../model/memoize.ts';
import { processReport } from '../../views/strace/process-report.ts';
import { type Line, span } from '../parts/line.ts';
import { reportShown } from '../report-screen.ts';
import { type Area, NO_ROWS, type Shown } from '../screen.ts';
import type { Reading } from '../session.ts';
import type { State } from '../state.ts';

const processesOf = memoizeLast(processReport);

const toldSpace = ({ spaces, story }: Reading): number =>
  spaces.findIndex(({ replayed }) => replayed === story.witnesses.space?.replayed);

/** The processes of the log, to go on with one. */
export function processesShown(reading: Reading, state: State, area: Area): Shown {
  const { spaces, sources } = reading;
  if (spaces.length === 0) {
    return { crumbs: ['processes'], head: [[], [NO_LOG]], list: NO_ROWS, foot: [] };
  }
  const report = processesOf(spaces, toldSpace(reading), sources.log ?? '');
  const shown = reportShown(report, state, area, (subject) =>
    subject.kind === 'process' ? { type: 'choose-process', index: subject.index } : undefined,
  );
  return { crumbs: ['processes'], head: [], ...shown };
}

const NO_LOG = 'no log was read: strace -f -tt -o strace.log PROGRAM follows all processes';

/** Which of several processes all screens are about. */
export function processLine(reading: Reading): Line[] {
  const { spaces } = reading;
  const told = toldSpace(reading);
  if (spaces.length < 2 || told === -1) return [];
  const pid = spaces[told]!.pid;
  const which = pid === undefined ? '' : `, ${pid}`;
  return [
    [
      span(`1 of ${spaces.length} processes of the log${which}: `, 'strong'),
      span('P', 'accent'),
      span(' lists them', 'dim'),
    ],
  ];
}
