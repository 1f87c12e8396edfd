import type { RecordJson } from './schema.ts';

/** The result of `memtool record --json`: the manifest, and where it lies. */
export function recordJson(manifest: Omit<RecordJson, 'folder'>, folder: string): RecordJson {
  return { ...manifest, folder };
}
