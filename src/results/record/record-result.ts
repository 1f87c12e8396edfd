import type { RecordResult } from './schema.ts';

/** The result of `memtool record --json`: the manifest, and where it lies. */
export function recordResult(manifest: Omit<RecordResult, 'folder'>, folder: string): RecordResult {
  return { ...manifest, folder };
}
