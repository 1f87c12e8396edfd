import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { escapeText } from '../../views/text/escape.ts';
import { displayWidth } from '../../views/text/width.ts';
import { type Line, span } from '../parts/line.ts';
import { wrapped } from '../parts/wrapped.ts';
import { type About, listOf, type Screen } from '../screen.ts';
import type { Tone } from '../theme.ts';

const SEVERITY_CELLS = 8;

const TONES: Readonly<Record<Diagnostic['severity'], Tone>> = {
  error: 'error',
  warning: 'warning',
  note: 'dim',
};

/** What is wrong with the captures, or surprising in them. */
export const diagnosticsScreen: Screen = {
  id: 'diagnostics',
  title: 'Diagnostics',
  missing: (reading) =>
    reading === undefined || reading.diagnostics.length === 0
      ? 'nothing is wrong with what was read'
      : undefined,
  show(reading, state, { columns }) {
    const { diagnostics } = reading!;
    const selected =
      diagnostics[Math.min(state.cursors.diagnostics.selected, diagnostics.length - 1)];
    return {
      crumbs: [],
      head: [],
      list: listOf(
        diagnostics,
        (one) => [
          span(one.severity.padEnd(SEVERITY_CELLS), TONES[one.severity]),
          `${where(one)}: ${escapeText(one.message)} `,
          span(`[${one.code}]`, 'dim'),
        ],
        aboutDiagnostic,
        (one) => `${where(one)}: ${one.severity}: ${escapeText(one.message)} [${one.code}]`,
      ),
      foot: selected === undefined ? [] : detail(selected, columns),
    };
  },
};

function where({ file, position: { line, column } }: Diagnostic): string {
  const at = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  return `${escapeText(file)}${at}`;
}

function aboutDiagnostic({ file, message, position: { line } }: Diagnostic): About {
  const place = line === undefined ? undefined : { file, line };
  return { evidence: message, place };
}

function detail(one: Diagnostic, columns: number): Line[] {
  const { code, message, position, hint, details } = one;
  const { text } = position;
  // Where the row has no room for all of it, it stands here.
  const words = `${message} [${code}]`;
  const isCut = displayWidth(`${where(one)}: ${words}`) + SEVERITY_CELLS > columns;
  return [
    [],
    ...(isCut
      ? wrapped(escapeText(words), columns).map(([line]) => [span(String(line), 'strong')])
      : []),
    ...(text === undefined ? [] : [[span(escapeText(text), 'dim')]]),
    ...details.slice(0, 5).map((line) => [escapeText(line)]),
    ...(hint === undefined ? [] : wrapped(`hint: ${escapeText(hint)}`, columns)),
  ];
}
