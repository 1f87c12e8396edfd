import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { captured, left, type Report, type Row } from './report.ts';

/** What is wrong with captures, or surprising in them, as rows; undefined where nothing is. */
export function diagnosticsReport(diagnostics: readonly Diagnostic[]): Report | undefined {
  if (diagnostics.length === 0) return undefined;
  const columns = [left(''), left('', 'start'), left('', 'wrap')];
  return { title: [], sections: [{ table: { columns, rows: diagnostics.map(rowOf) } }] };
}

function rowOf({ severity, code, message, file, position, hint, details }: Diagnostic): Row {
  const { line, column, text } = position;
  const at = line === undefined ? '' : `:${line}${column === undefined ? '' : `:${column}`}`;
  return {
    cells: [severity, captured(file + at), captured(`${message} [${code}]`)],
    severity,
    place: line === undefined ? undefined : { file, line },
    because: [
      ...(text === undefined ? [] : [text]),
      ...details,
      ...(hint === undefined ? [] : [`hint: ${hint}`]),
    ],
  };
}
