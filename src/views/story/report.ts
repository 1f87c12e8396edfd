import { splitTop } from '../../model/split-top.ts';
import type { TopicId } from '../../model/topic.ts';
import type { StoryResult } from '../../results/story/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { accountSections } from '../map/report.ts';
import {
  counted,
  type Fact,
  type Report,
  type Section,
  type Subject,
  topicsOf,
} from '../report.ts';
import { adviceSection } from './advice-section.ts';
import { answerTitle } from './answer-title.ts';
import { containerSection } from './container-section.ts';
import { evidenceSection } from './evidence-section.ts';
import { mergedRowSections } from './merged-row-section.ts';
import { originSection } from './origin-section.ts';
import { type Places, placesOf } from './places.ts';
import { rowSection } from './row-section.ts';
import { spareSection } from './spare-section.ts';
import { timeSection } from './time-section.ts';
import { addressSpaceSection, ramSection } from './waterfall-section.ts';

/** What is shown beside the answer, and how much of a list. */
export interface StoryView {
  readonly top: number;
  readonly rows?: boolean;
  readonly containers?: boolean;
  readonly addressSpace?: boolean;
}

/** Topics that are named at the end. */
const NAMED_TOPICS = 3;

/** The report of `memtool explain CAPTURE…`: the answer, where it is, where it came from, how sure. */
export function storyReport(result: StoryResult, view: StoryView): Report {
  const places = placesOf(result.captures);
  const main: Section[] = [
    ...ramSection(result, view.rows === true),
    ...(result.waterfall === null ? unknownRamSections(result) : []),
    ...spareSection(result),
    ...originSection(result, places),
    ...timeSection(result, places),
    ...adviceSection(result),
    evidenceSection(result, places, moreFacts(result, view)),
  ];
  const asked = askedSections(result, places, view);
  const { shown } = splitTop(topicsByWeight(result, main), NAMED_TOPICS);
  return {
    title: answerTitle(result),
    sections: [...main, ...asked],
    topics:
      asked.length > 0
        ? [...new Set([...shown, ...asked.flatMap(topicsOf)])]
        : shown.slice(0, NAMED_TOPICS),
  };
}

/** A section whose rows are all about one thing. */
const about = ({ table, ...section }: Section, subject: Subject): Section => ({
  ...section,
  ...(table && { table: { ...table, rows: table.rows.map((row) => ({ ...row, subject })) } }),
});

/** What was asked for by a flag. */
function askedSections(result: StoryResult, places: Places, view: StoryView): Section[] {
  const { shown, rest } = splitTop(result.containers, view.top);
  return [
    ...(view.addressSpace ? addressSpaceSection(result) : []),
    ...(view.rows
      ? [...rowSection(result, view.top), ...mergedRowSections(result, places, view.top)]
      : []),
    ...(view.containers
      ? [
          ...shown.map((one, index) =>
            about(containerSection(one, places, result), { kind: 'container', index }),
          ),
          ...(rest.length > 0
            ? [{ notes: [[...counted(rest.length, 'smaller container'), 'grew as well']] }]
            : []),
        ]
      : []),
  ];
}

/** Where no map tells what is in RAM: the kernel's own sums, as far as they were captured. */
function unknownRamSections({ sums, snapshots }: StoryResult): Section[] {
  const accounts = sums.flatMap(({ account }) => accountSections(account, false));
  if (accounts.length > 0) {
    const rows = 'what it is used for stands in a memory map alone (pmap -x, or /proc/PID/smaps)';
    return [...accounts, { notes: [[rows]] }];
  }
  const missing =
    snapshots.length > 0
      ? 'The map has no resident sizes; pmap -x, or /proc/PID/smaps, has them.'
      : 'A memory map tells what is in RAM: pmap -x, or /proc/PID/smaps.';
  return [{ notes: [[missing]] }];
}

/** What explains the largest steps, then what the report shows beside them. */
function topicsByWeight({ waterfall }: StoryResult, sections: readonly Section[]): TopicId[] {
  const steps = (waterfall?.inRam ?? []).toSorted((a, b) => b.bytes - a.bytes);
  const rest = sections.flatMap(topicsOf).filter((topic) => topic !== TOPICS.residentBytes);
  return [...new Set([...steps.slice(0, NAMED_TOPICS).map(({ topic }) => topic), ...rest])];
}

/** What else can be asked for. */
function moreFacts({ containers, rows }: StoryResult, view: StoryView): Fact[] {
  const flags = [
    ...(!view.rows && rows.length > 0 ? ['--rows'] : []),
    ...(!view.containers && containers.length > 0 ? [`--containers (${containers.length})`] : []),
    ...(!view.addressSpace && rows.length > 0 ? ['--address-space'] : []),
  ];
  return flags.length === 0 ? [] : [{ label: 'more', cells: [flags.join(' · ')] }];
}
