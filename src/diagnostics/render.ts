import { codeInfo } from './codes.ts';
import type { Diagnostic, Diagnostics } from './diagnostic.ts';

/**
 * Diagnostics as lines of text, most of them one line with a hint below:
 *
 *     pmap.txt:12:8: warning: expected the size in KiB [pmap/malformed-row]
 *         00007ffff7d19000 3x8 292 292 rw--- [ anon ]
 *                          ^
 *       hint: the row was left out of all sums
 *
 * @param safe makes text from the capture safe for a terminal.
 */
export function renderDiagnostics(
  diagnostics: Diagnostics,
  safe: (text: string) => string,
): string {
  const kept = diagnostics.list();
  const lines = kept.flatMap((diagnostic, i) => {
    const rendered = renderOne(diagnostic, safe);
    // The hint of a code is said once, with the last of its kind.
    const isLast = !kept.slice(i + 1).some(({ code }) => code === diagnostic.code);
    if (!isLast) return rendered;
    const more = (diagnostics.counts().get(diagnostic.code) ?? 0) - countOf(kept, diagnostic.code);
    if (more > 0) rendered.push(`  … and ${more} more of this kind`);
    if (diagnostic.hint !== undefined) rendered.push(`  hint: ${safe(diagnostic.hint)}`);
    return rendered;
  });
  return lines.map((line) => `${line}\n`).join('');
}

function countOf(diagnostics: readonly Diagnostic[], code: Diagnostic['code']): number {
  return diagnostics.filter((diagnostic) => diagnostic.code === code).length;
}

function renderOne(diagnostic: Diagnostic, safe: (text: string) => string): string[] {
  const { file, position, message, code, details } = diagnostic;
  const { severity } = codeInfo(code);
  const lines = [`${safe(file)}${place(diagnostic)}: ${severity}: ${safe(message)} [${code}]`];
  if (position.text !== undefined) {
    lines.push(`    ${safe(position.text)}`);
    if (position.column !== undefined && position.column <= position.text.length + 1) {
      const before = safe(position.text.slice(0, position.column - 1));
      lines.push(`    ${' '.repeat(before.length)}^`);
    }
  }
  lines.push(...details.map((detail) => `  ${safe(detail)}`));
  return lines;
}

function place({ position: { line, column, byteOffset } }: Diagnostic): string {
  if (line !== undefined) return column === undefined ? `:${line}` : `:${line}:${column}`;
  return byteOffset === undefined ? '' : `: byte ${byteOffset}`;
}
