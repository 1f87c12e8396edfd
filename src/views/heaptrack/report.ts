import type { HeapDetails } from '../../analysis/heap/details.ts';
import type { HeapDifference, HeapFindings } from '../../analysis/heap/findings.ts';
import type { Timeline } from '../../model/timeline.ts';
import { captured, type Report, type Section } from '../report.ts';
import { growthSections } from './growth-section.ts';
import { lifetimeSections } from './lifetime-section.ts';
import { rankingSection } from './ranking-section.ts';
import { sizeSection } from './size-section.ts';
import type { StackStyle } from './stack-style.ts';
import { differenceSection, summarySection, suppressionSection } from './summary.ts';
import { timelineSections } from './timeline.ts';
import { callersSections, treeSection } from './tree-section.ts';
import { useSections } from './use-sections.ts';

type DetailOptions = Omit<StackStyle, 'figures' | 'inexact'> & {
  /** Rows per list. */
  readonly top: number;
};

export type HeaptrackReportOptions = DetailOptions & {
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
  const { window, inexact, clock } = findings.summary;
  const { timeline } = options;
  const figures = window ? ('window' as const) : ('total' as const);
  const style = { ...options, figures, inexact };
  return {
    title: [captured(input)],
    sections: [
      summarySection(findings),
      ...(timeline ? timelineSections(timeline, window?.from ?? 0, clock) : []),
      ...lifetimeSections(findings, style, options.top),
      ...(findings.details.uses ? useSections(findings.details.uses, style, options.top) : []),
      ...detailSections(findings.details, style, options.top),
      ...rankingSections(findings, style),
      ...(options.suppressions ? [suppressionSection(findings.summary)] : []),
    ],
  };
}

/** The report of `memtool heaptrack BEFORE AFTER`. */
export function heapDifferenceReport(
  findings: HeapDifference,
  { after, before }: { readonly after: string; readonly before: string },
  options: DetailOptions,
): Report {
  const inexact = { ...findings.before.inexact, ...findings.after.inexact };
  const style = { ...options, figures: 'change' as const, inexact };
  return {
    title: [captured(before), '→', captured(after)],
    sections: [
      differenceSection(findings),
      ...detailSections(findings.details, style, options.top),
      ...rankingSections(findings, style),
    ],
  };
}

function detailSections(
  { tree, callers, sizes, growth }: HeapDetails,
  style: StackStyle,
  top: number,
): Section[] {
  return [
    ...(growth ? growthSections(growth, style, top) : []),
    ...(sizes ? [sizeSection(sizes)] : []),
    ...(tree ? [treeSection(tree, style)] : []),
    ...(callers ? callersSections(callers, style, top) : []),
  ];
}

function rankingSections(
  { rankings, costed }: Pick<HeapFindings, 'rankings' | 'costed'>,
  style: StackStyle,
): Section[] {
  return rankings
    .filter(({ spots }) => spots.length > 0)
    .map((ranking) => rankingSection(ranking, style, costed.kinds));
}
