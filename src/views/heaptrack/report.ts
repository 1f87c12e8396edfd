import type { HeapDifference, HeapFindings } from '../../analysis/heap/findings.ts';
import type { Ranking } from '../../analysis/heap/rankings.ts';
import type { Timeline } from '../../model/timeline.ts';
import { captured, type Report, type Section } from '../report.ts';
import { rankingSection, type StackStyle } from './ranking-section.ts';
import { differenceSection, summarySection, suppressionSection } from './summary.ts';
import { timelineSections } from './timeline.ts';

export type HeaptrackReportOptions = Omit<StackStyle, 'figures'> & {
  /** Drawn where it is given. */
  readonly timeline: Timeline | undefined;
  /** Show what the leak rules hid. */
  readonly suppressions: boolean;
};

/** The report of `memtool heaptrack`. */
export function heaptrackReport(
  findings: HeapFindings,
  input: string,
  options: HeaptrackReportOptions,
): Report {
  const { window } = findings.summary;
  const { timeline } = options;
  return {
    title: [captured(input)],
    sections: [
      summarySection(findings),
      ...(timeline ? timelineSections(timeline, window?.from ?? 0) : []),
      ...rankingSections(findings.rankings, { ...options, figures: window ? 'window' : 'total' }),
      ...(options.suppressions ? [suppressionSection(findings.summary)] : []),
    ],
  };
}

/** The report of `memtool heaptrack --diff`. */
export function heapDifferenceReport(
  findings: HeapDifference,
  { after, before }: { readonly after: string; readonly before: string },
  options: Omit<StackStyle, 'figures'>,
): Report {
  return {
    title: [captured(after), 'compared with', captured(before)],
    sections: [
      differenceSection(findings),
      ...rankingSections(findings.rankings, { ...options, figures: 'change' }),
    ],
  };
}

function rankingSections(rankings: readonly Ranking[], style: StackStyle): Section[] {
  return rankings
    .filter(({ spots }) => spots.length > 0)
    .map((ranking) => rankingSection(ranking, style));
}
