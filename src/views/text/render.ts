import { styleText } from 'node:util';
import type { TopicId } from '../../model/topic.ts';
import { type Cell, type Report, type Section, topicsOf } from '../report.ts';
import { toAscii } from './ascii.ts';
import { renderChart } from './chart.ts';
import { escapeText } from './escape.ts';
import { formatCell, type Units } from './quantity.ts';
import { layoutTable } from './table.ts';
import { wrapText } from './width.ts';

export interface TextOptions {
  readonly units: Units;
  /** Terminal columns; Infinity where the output is no terminal, so that nothing is cut. */
  readonly width: number;
  readonly color: boolean;
  /** Whether the reader's terminal shows ASCII alone. */
  readonly ascii?: boolean;
}

type Style = 'bold' | 'dim';

/** Renders a report as lines of text, ending with a newline. */
export function renderText(report: Report, options: TextOptions): string {
  const paint = (style: Style, text: string) =>
    options.color && text !== '' ? styleText(style, text, { validateStream: false }) : text;
  const dim = (text: string) => paint('dim', text);
  const words = (cells: readonly Cell[]) =>
    cells.map((cell) => formatCell(cell, options.units)).join(' ');

  const section = (shown: Section): string[] => {
    const { title, facts, table, chart, prose, notes } = shown;
    const lines: string[] = [];
    if (title !== undefined) {
      lines.push(
        ...hanging('', escapeText(title), NOTE_INDENT, options.width).map((line) =>
          paint('bold', line),
        ),
      );
    }
    const labelWidth = Math.max(0, ...(facts ?? []).map((fact) => fact.label.length));
    for (const { label, cells } of facts ?? []) {
      const start = label.padEnd(labelWidth) + GAP;
      lines.push(...hanging(start, words(cells), ' '.repeat(start.length), options.width));
    }
    if (table) {
      for (const { kind, text } of layoutTable(table, options.units, options.width)) {
        if (kind === 'row') lines.push(text);
        else lines.push(paint(kind === 'head' ? 'dim' : 'bold', text));
      }
    }
    if (chart) lines.push(...renderChart(chart, options.units, options.width));
    for (const line of prose ?? []) lines.push(...wrapText(line, options.width));
    for (const note of notes ?? [])
      lines.push(...hanging('', words(note), NOTE_INDENT, options.width).map(dim));
    if (report.topics === undefined) {
      lines.push(...topicLines(topicsOf(shown), options.width).map(dim));
    }
    return lines;
  };

  const title = hanging('', words(report.title), NOTE_INDENT, options.width);
  const blocks = [title.map((line) => paint('bold', line)), ...report.sections.map(section)];
  if (report.topics?.length) {
    blocks[blocks.length - 1]!.push(...topicLines(report.topics, options.width).map(dim));
  }
  const text = `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
  return options.ascii ? toAscii(text) : text;
}

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
