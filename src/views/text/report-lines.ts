import type { TopicId } from '../../model/topic.ts';
import {
  type Cell,
  type Evidence,
  type Report,
  type Row,
  type Section,
  topicsOf,
} from '../report.ts';
import { renderChart } from './chart.ts';
import { escapeText } from './escape.ts';
import { formatCell, type Units } from './quantity.ts';
import { layoutTable } from './table.ts';
import { wrapText } from './width.ts';

/** A fact, a row of a table or a note: what one line says, or several. */
export interface ReportItem extends Evidence, Pick<Row, 'bar' | 'severity'> {
  readonly label?: string;
  readonly cells: readonly Cell[];
}

/** A line of a report. Lines of one item follow each other. */
export interface ReportLine {
  readonly text: string;
  readonly kind: 'title' | 'head' | 'strong' | 'text' | 'note' | 'topics';
  readonly item?: ReportItem;
  readonly section?: Section;
}

/** A report as lines, which paper and screens share. @param width Infinity cuts nothing. */
export function reportLines(report: Report, units: Units, width: number): ReportLine[] {
  const words = (cells: readonly Cell[]) => cells.map((cell) => formatCell(cell, units)).join(' ');
  const titled = (text: string) =>
    hanging('', text, NOTE_INDENT, width).map(
      (line): ReportLine => ({ text: line, kind: 'title' }),
    );

  const sectionLines = (section: Section): ReportLine[] => {
    const { title, facts, table, chart, prose, notes } = section;
    const lines = title === undefined ? [] : titled(escapeText(title));
    const labelWidth = Math.max(0, ...(facts ?? []).map((fact) => fact.label.length));
    for (const item of facts ?? []) {
      const start = item.label.padEnd(labelWidth) + GAP;
      for (const text of hanging(start, words(item.cells), ' '.repeat(start.length), width)) {
        lines.push({ text, kind: 'text', item });
      }
    }
    if (table) lines.push(...layoutTable(table, units, width));
    if (chart)
      for (const text of renderChart(chart, units, width)) lines.push({ text, kind: 'text' });
    for (const line of prose ?? []) {
      for (const text of wrapText(line, width)) lines.push({ text, kind: 'text' });
    }
    for (const cells of notes ?? []) {
      const item = { cells };
      for (const text of hanging('', words(cells), NOTE_INDENT, width)) {
        lines.push({ text, kind: 'note', item });
      }
    }
    const topics = report.topics === undefined ? topicsOf(section) : [];
    for (const text of topicLines(topics, width)) lines.push({ text, kind: 'topics' });
    return lines.map((line) => ({ ...line, section }));
  };

  const blocks = [titled(words(report.title)), ...report.sections.map(sectionLines)];
  const named = topicLines(report.topics ?? [], width).map(
    (text): ReportLine => ({ text, kind: 'topics' }),
  );
  return blocks
    .flatMap((lines, i): readonly ReportLine[] => {
      const block = lines.length === 0 ? [BLANK] : lines;
      return i === 0 ? block : [BLANK, ...block];
    })
    .concat(named);
}

const BLANK: ReportLine = { text: '', kind: 'text' };

const GAP = '  ';
const NOTE_INDENT = '  ';

/** The narrowest that words are wrapped to before lines are allowed to be too long instead. */
const MIN_WORDS_WIDTH = 20;

/** Words behind a label, wrapped, and indented below it. */
function hanging(start: string, text: string, indent: string, width: number): string[] {
  const [first = '', ...rest] = wrapText(text, Math.max(MIN_WORDS_WIDTH, width - indent.length));
  return [(start + first).trimEnd(), ...rest.map((line) => indent + line)];
}

const TOPIC_LABEL = 'memtool explain ';

/** Where the words of a section are explained, each line a command: `memtool explain slack mremap`. */
function topicLines(topics: readonly TopicId[], width: number): string[] {
  const lines: string[] = [];
  for (const topic of topics) {
    const longer = `${lines.at(-1)} ${topic}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(TOPIC_LABEL + topic);
  }
  return lines;
}
