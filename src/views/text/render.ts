import { styleText } from 'node:util';
import type { Cell, Report, Section } from '../report.ts';
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

  const section = ({ title, facts, table, chart, prose, notes }: Section): string[] => {
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
    return lines;
  };

  const blocks = [[paint('bold', words(report.title))], ...report.sections.map(section)];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
