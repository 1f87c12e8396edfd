import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { escapeText } from '../../views/text/escape.ts';
import { span } from '../parts/line.ts';
import { wrapped } from '../parts/wrapped.ts';
import { type About, listOf, type Screen } from '../screen.ts';
import type { Tone } from '../theme.ts';

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
          span(one.severity.padEnd(8), TONES[one.severity]),
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

function detail({ position: { text }, hint, details }: Diagnostic, columns: number) {
  return [
    [],
    ...(text === undefined ? [] : [[span(escapeText(text), 'strong')]]),
    ...details.slice(0, 5).map((line) => [escapeText(line)]),
    ...(hint === undefined ? [] : wrapped(`hint: ${escapeText(hint)}`, columns)),
  ];
}
