import { styleText } from 'node:util';
import type { TopicId } from '../../model/topic.ts';
import { type Cell, type Report, type Section, topicsOf } from '../report.ts';
import { renderChart } from './chart.ts';
import { formatCell, type Units } from './quantity.ts';
import { layoutTable } from './table.ts';

export interface TextOptions {
  readonly units: Units;
  /** Terminal columns; Infinity where the output is no terminal, so that nothing is cut. */
  readonly width: number;
  readonly color: boolean;
}

type Style = 'bold' | 'dim';

/** Renders a report as lines of text, ending with a newline. */
export function renderText(report: Report, options: TextOptions): string {
  const paint = (style: Style, text: string) =>
    options.color && text !== '' ? styleText(style, text, { validateStream: false }) : text;
  const words = (cells: readonly Cell[]) =>
    cells.map((cell) => formatCell(cell, options.units)).join(' ');

  const section = (shown: Section): string[] => {
    const { title, facts, table, chart, prose, notes } = shown;
    const lines: string[] = [];
    if (title !== undefined) lines.push(paint('bold', title));
    const labelWidth = Math.max(0, ...(facts ?? []).map((fact) => fact.label.length));
    for (const fact of facts ?? []) {
      lines.push(`${fact.label.padEnd(labelWidth)}  ${words(fact.cells)}`.trimEnd());
    }
    if (table) {
      for (const { kind, text } of layoutTable(table, options.units, options.width)) {
        if (kind === 'row') lines.push(text);
        else lines.push(paint(kind === 'head' ? 'dim' : 'bold', text));
      }
    }
    if (chart) lines.push(...renderChart(chart, options.units, options.width));
    lines.push(...(prose ?? []));
    for (const note of notes ?? []) lines.push(paint('dim', words(note)));
    for (const line of topicLines(topicsOf(shown), options.width)) lines.push(paint('dim', line));
    return lines;
  };

  const blocks = [[paint('bold', words(report.title))], ...report.sections.map(section)];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const TOPIC_LABEL = 'memtool explain ';

/** Where the words of a section are explained: `memtool explain slack · mremap`. */
function topicLines(topics: readonly TopicId[], width: number): string[] {
  const lines: string[] = [];
  for (const topic of topics) {
    const longer = `${lines.at(-1)} · ${topic}`;
    if (lines.length === 0) lines.push(TOPIC_LABEL + topic);
    else if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(' '.repeat(TOPIC_LABEL.length) + topic);
  }
  return lines;
}
