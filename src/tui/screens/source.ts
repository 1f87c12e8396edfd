import { baseName } from '../../model/base-name.ts';
import { escapeText } from '../../views/text/escape.ts';
import { type Line, span } from '../parts/line.ts';
import { wrapped } from '../parts/wrapped.ts';
import type { List, Screen } from '../screen.ts';
import type { SourceWindow } from '../session.ts';

const NUMBER_CELLS = 8;

/** Terminals that have no cells to give away. */
const NARROW = 50;

/** The lines of a capture around the one that a number was read from. */
export const sourceScreen: Screen = {
  id: 'source',
  title: 'Source',
  missing: (_reading, { source }) =>
    source === undefined
      ? 'select a number that stands in a capture (a mapping, a step of growth, a diagnostic) and come back with 7: its line is shown here'
      : source.problem,
  show(_reading, { source }, { columns }) {
    const window = source!;
    return {
      crumbs: [`${baseName(window.file)}:${window.line}`],
      head: goneLines(window, columns),
      list: linesOf(window, columns),
      foot: [],
    };
  },
};

/** The capture may have changed since it was read. */
function goneLines({ first, lines, line }: SourceWindow, columns: number): Line[] {
  const last = first + lines.length - 1;
  if (line <= last) return [];
  return wrapped(`it has no line ${line} any more: it ends with line ${last}`, columns);
}

function linesOf(window: SourceWindow, columns: number): List {
  const { lines, first, line: wanted, file } = window;
  const cells = columns < NARROW ? String(first + lines.length).length : NUMBER_CELLS;
  return {
    count: lines.length,
    line: (index): Line => {
      const number = first + index;
      const isWanted = number === wanted;
      return [
        span(`${String(number).padStart(cells)} `, isWanted ? 'accent' : 'dim'),
        span(isWanted ? '▸ ' : '  ', 'accent'),
        span(escapeText(lines[index]!), isWanted ? 'strong' : 'plain'),
      ];
    },
    text: (index) => escapeText(lines[index]!),
    about: (index) => ({
      evidence: `${file}, line ${first + index}`,
      place: { file, line: first + index },
    }),
  };
}
