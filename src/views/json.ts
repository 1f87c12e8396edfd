import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { CaptureInfo } from '../model/capture-info.ts';
import type { Envelope } from './schema.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

function diagnosticsJson(diagnostics: Diagnostics): Envelope['diagnostics'] {
  return {
    kept: diagnostics.list().map(({ code, severity, message, hint, details, file, position }) => ({
      code,
      severity,
      message,
      hint: hint ?? null,
      details: [...details],
      file,
      line: position.line ?? null,
      column: position.column ?? null,
      byteOffset: position.byteOffset ?? null,
    })),
    counts: Object.fromEntries(diagnostics.counts()),
  };
}

/**
 * The one document that a command prints under `--json`. Its schema is docs/schema/COMMAND.json.
 *
 * @param result null, with an error beside it, where nothing could be read.
 */
export function jsonDocument<Result>(
  command: string,
  memtoolVersion: string,
  info: CaptureInfo | undefined,
  result: Result | null,
  diagnostics: Diagnostics,
) {
  const error = diagnostics.list().find(({ severity }) => severity === 'error');
  const envelope: Envelope = {
    memtoolVersion,
    input: info
      ? {
          name: info.name,
          format: info.format,
          compression: info.compression,
          sizeBytes: info.sizeBytes ?? null,
        }
      : null,
    error: error ? { code: error.code, message: error.message, hint: error.hint ?? null } : null,
    diagnostics: diagnosticsJson(diagnostics),
  };
  const schema = { schema: `memtool/${command}`, schemaVersion: SCHEMA_VERSION };
  return { ...schema, ...envelope, result };
}
