import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { CaptureInfo } from '../model/capture-info.ts';

/** Grows when a field changes its meaning or goes away, not when one is added. */
const SCHEMA_VERSION = 1;

/** What is wrong with a capture, for programs. `kept` are shown whole, `counts` are exact. */
function diagnosticsJson(diagnostics: Diagnostics) {
  return {
    kept: diagnostics.list().map(({ code, severity, message, hint, details, file, position }) => ({
      code,
      severity,
      message,
      hint: hint ?? null,
      details,
      file,
      line: position.line ?? null,
      column: position.column ?? null,
      byteOffset: position.byteOffset ?? null,
    })),
    counts: Object.fromEntries(diagnostics.counts()),
  };
}

/** The one document that a command prints under `--json`; `result` is null where nothing could be read. */
export function jsonDocument<Result>(
  command: string,
  version: string,
  info: CaptureInfo | undefined,
  result: Result | undefined,
  diagnostics: Diagnostics,
) {
  const error = diagnostics.list().find(({ severity }) => severity === 'error');
  return {
    schema: `memtool/${command}`,
    schemaVersion: SCHEMA_VERSION,
    memtoolVersion: version,
    input: info
      ? {
          name: info.name,
          format: info.format,
          compression: info.compression,
          sizeBytes: info.sizeBytes ?? null,
        }
      : null,
    result: result ?? null,
    error: error ? { code: error.code, message: error.message, hint: error.hint ?? null } : null,
    diagnostics: diagnosticsJson(diagnostics),
  };
}
