import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { captured, left, type Report, type Row } from './report.ts';
import { shortNames } from './story/places.ts';

/** What is wrong with captures, or surprising in them, as rows; undefined where nothing is. */
export function diagnosticsReport(diagnostics: readonly Diagnostic[]): Report | undefined {
  if (diagnostics.length === 0) return undefined;
  const columns = [left(''), left('', 'start'), left('', 'wrap')];
  const nameOf = shortNames(diagnostics.map(({ file }) => file));
  const rows = diagnostics.map((one) => rowOf(one, nameOf(one.file)));
  return { title: [], sections: [{ table: { columns, rows } }] };
}

function rowOf(one: Diagnostic, name: string): Row {
  const { severity, code, message, file, position, hint, details } = one;
  const { line, column, text } = position;
  const at = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  return {
    cells: [severity, captured(name + at), captured(`${message} [${code}]`)],
    severity,
    place: line === undefined ? undefined : { file, line },
    because: [
      ...(text === undefined ? [] : [text]),
      ...details,
      ...(hint === undefined ? [] : [`hint: ${hint}`]),
    ],
  };
}
