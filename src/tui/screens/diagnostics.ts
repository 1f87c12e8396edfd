import { memoizeLast } from '../../model/memoize.ts';
import { diagnosticsReport } from '../../views/diagnostics-report.ts';
import { reportShown } from '../report-screen.ts';
import type { Screen } from '../screen.ts';
import type { Reading } from '../session.ts';

const reportOf = memoizeLast(diagnosticsReport);

/** What is worse than a note. */
export const warningsIn = ({ diagnostics }: Reading): number =>
  diagnostics.filter(({ severity }) => severity !== 'note').length;

/** What is wrong with the captures, or surprising in them. */
export const diagnosticsScreen: Screen = {
  id: 'diagnostics',
  title: 'Diagnostics',
  missing: (reading) =>
    reading === undefined || reading.diagnostics.length === 0
      ? 'nothing is wrong with what was read'
      : undefined,
  warnings: warningsIn,
  show(reading, state, area) {
    const report = reportOf(reading!.diagnostics)!;
    return { crumbs: [], head: [], ...reportShown(report, state, area, () => undefined) };
  },
};
