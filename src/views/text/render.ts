import { styleText } from 'node:util';
import type { Report } from '../report.ts';
import { toAscii } from './ascii.ts';
import type { Units } from './quantity.ts';
import { type ReportLine, reportLines } from './report-lines.ts';

export interface TextOptions {
  readonly units: Units;
  /** Terminal columns; Infinity where the output is no terminal, so that nothing is cut. */
  readonly width: number;
  readonly color: boolean;
  /** Whether the reader's terminal shows ASCII alone. */
  readonly ascii?: boolean;
}

const STYLES: Readonly<Record<ReportLine['kind'], 'bold' | 'dim' | undefined>> = {
  title: 'bold',
  head: 'dim',
  strong: 'bold',
  text: undefined,
  note: 'dim',
  topics: 'dim',
};

/** Renders a report as lines of text, ending with a newline. */
export function renderText(report: Report, { units, width, color, ascii }: TextOptions): string {
  const lines = reportLines(report, units, width).map(({ text, kind }) => {
    const style = STYLES[kind];
    if (!color || style === undefined || text === '') return text;
    return styleText(style, text, { validateStream: false });
  });
  const text = `${lines.join('\n')}\n`;
  return ascii ? toAscii(text) : text;
}
