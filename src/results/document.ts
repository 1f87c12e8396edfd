import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { CaptureInfo } from '../model/capture-info.ts';
import type { Envelope } from './schema.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { fieldTopics } from './topics.ts';

function diagnosticsJson(all: readonly Diagnostics[]): Envelope['diagnostics'] {
  const counts: Record<string, number> = {};
  for (const [code, count] of all.flatMap((one) => [...one.counts()])) {
    counts[code] = (counts[code] ?? 0) + count;
  }
  return {
    kept: listed(all).map(({ code, severity, message, hint, details, file, position }) => ({
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
    counts,
  };
}

const listed = (all: readonly Diagnostics[]) => all.flatMap((one) => one.list());

/**
 * The one document that a command prints under `--json`. Its schema is docs/schema/COMMAND.json.
 *
 * @param diagnostics of all captures that were read.
 * @param result null, with an error beside it, where nothing could be read.
 */
export function jsonDocument<Result>(
  command: string,
  memtoolVersion: string,
  info: CaptureInfo | undefined,
  result: Result | null,
  diagnostics: readonly Diagnostics[],
) {
  const error = listed(diagnostics).find(({ severity }) => severity === 'error');
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
  return { ...schema, ...envelope, result, topics: fieldTopics(result) };
}
