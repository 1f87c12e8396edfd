import type { HeapDifferenceResult } from '../../results/heap/heap-result.ts';
import type { HeapResult } from '../../results/heap/schema.ts';
import { captured, type Report, type Section } from '../report.ts';
import { callersSections } from './callers-section.ts';
import { functionsSection } from './functions-section.ts';
import { growthSections } from './growth-section.ts';
import { lifetimeSections } from './lifetime-section.ts';
import { rankingSection } from './ranking-section.ts';
import { type ScreenOptions, screenSections, screenTitle } from './screen.ts';
import { shortSummary } from './short-summary.ts';
import { sizeSection } from './size-section.ts';
import type { StackStyle } from './stack-style.ts';
import { differenceSection, summarySection, suppressionSection } from './summary.ts';
import { momentSections, timelineSections } from './timeline.ts';
import { treeSection } from './tree-section.ts';
import { useSections } from './use-sections.ts';

export interface HeapDifferenceOptions extends Pick<StackStyle, 'frames' | 'fullNames' | 'hidden'> {
  /** The recording, as the user named it. */
  readonly input: string;
  /** Rows per list. */
  readonly top: number;
  /** Show in full where containers grow. */
  readonly growth: boolean;
  /** Show the callers of a function, or that none matches. */
  readonly callers: boolean;
}

export interface HeapReportOptions extends HeapDifferenceOptions, ScreenOptions {
  /** Draw the heap over time. */
  readonly timeline: boolean;
  /** Show what the leak rules hid. */
  readonly suppressions: boolean;
}

/** The report of `memtool heaptrack`. */
export function heaptrackReport(result: HeapResult, options: HeapReportOptions): Report {
  const { window, inexact, clock, uses, ownLines } = result;
  const figures = window ? ('window' as const) : ('total' as const);
  const { isSnapshot } = result.recording;
  const style = { ...options, figures, inexact, isSnapshot };
  const ofUses = uses ? useSections(uses, clock, style, options.top) : [];
  return {
    title: ownLines ? screenTitle(result, options.input) : [captured(options.input)],
    sections: [
      ownLines ? shortSummary(result, ownLines) : summarySection(result),
      ...(options.timeline
        ? [
            ...timelineSections(result.timeline, window?.fromSeconds ?? 0, clock?.counts),
            ...momentSections(result.moments ?? [], style),
          ]
        : []),
      ...lifetimeSections(result, style, options.top),
      ...(ownLines ? [] : ofUses),
      ...detailSections(result, style, options),
      ...(ownLines
        ? screenSections(result, ownLines, style, options, ofUses)
        : rankingSections(result, style)),
      ...(options.suppressions ? [suppressionSection(result)] : []),
    ],
  };
}

/** The report of `memtool heaptrack BEFORE AFTER`. */
export function heapDifferenceReport(
  result: HeapDifferenceResult,
  options: HeapDifferenceOptions,
): Report {
  const { comparedWith: before } = result;
  const inexact = [...before.inexact, ...result.inexact];
  const isSnapshot = before.recording.isSnapshot && result.recording.isSnapshot;
  const style = { ...options, figures: 'change' as const, inexact, isSnapshot };
  return {
    title: [captured(before.name), '→', captured(options.input)],
    sections: [
      differenceSection(result),
      ...detailSections(result, style, options),
      ...rankingSections(result, style),
    ],
  };
}

function detailSections(
  { tree, functions, callers, sizes, growth }: HeapResult,
  style: StackStyle,
  { top, growth: isGrowthWanted, callers: areCallersWanted }: HeapDifferenceOptions,
): Section[] {
  return [
    ...(growth && isGrowthWanted ? growthSections(growth, style, top) : []),
    ...(sizes ? [sizeSection(sizes, style)] : []),
    ...(functions ? [functionsSection(functions, style)] : []),
    ...(tree ? [treeSection(tree, style)] : []),
    ...(areCallersWanted ? callersSections(callers, style, top) : []),
  ];
}

const rankingSections = ({ rankings }: HeapResult, style: StackStyle): Section[] =>
  rankings
    .filter(({ places }) => places.length > 0)
    .map((ranking) => rankingSection(ranking, style));
