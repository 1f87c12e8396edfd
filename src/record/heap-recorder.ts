/** How heaptrack is started so that it records and opens no window, whichever version it is. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, renameSync } from 'node:fs';
import path from 'node:path';

export interface HeapRecorder {
  readonly flags: readonly string[];
  /** The name of the recording that it left in a folder, under which memtool looks for it. */
  adopt(folder: string): string | undefined;
}

/**
 * After a recording heaptrack opens its window where that is installed, and waits for its end. 1.5 has
 * `--record-only` against it; before, only raw recordings are left alone, which memtool interprets itself.
 */
export function heapRecorder(heaptrack: string): HeapRecorder {
  return { flags: flagsFor(heaptrack), adopt };
}

function flagsFor(heaptrack: string): string[] {
  const gui = path.join(path.dirname(realpathSync(heaptrack)), 'heaptrack_gui');
  if (!existsSync(gui)) return [];
  const { stdout } = spawnSync(heaptrack, ['--help'], { encoding: 'utf8', timeout: 5000 });
  return [(stdout ?? '').includes('--record-only') ? '--record-only' : '--raw'];
}

const RECORDING = /^heaptrack(?:\.raw)?\.(zst|gz)$/;

function adopt(folder: string): string | undefined {
  const found = readdirSync(folder).find((file) => RECORDING.test(file));
  if (found === undefined) return undefined;
  const name = found.replace('.raw', '');
  if (name !== found) renameSync(path.join(folder, found), path.join(folder, name));
  return name;
}
