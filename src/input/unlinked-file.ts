import { existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface UnlinkedFile {
  /** To be closed by who asked for it. */
  readonly fd: number;
  /** Under which it can be opened again. */
  readonly path: string;
}

/**
 * A new file that nobody else may read, in a private folder. It has no name any more where the system allows
 * that, so that it is gone with the program, however that ends.
 */
export function openUnlinkedFile(): UnlinkedFile {
  const folder = mkdtempSync(path.join(tmpdir(), 'memtool-'));
  const file = path.join(folder, 'spool');
  const fd = openSync(file, 'wx+', 0o600);
  const nameless = `/proc/self/fd/${fd}`;
  const remove = () => rmSync(folder, { recursive: true, force: true });
  if (existsSync(nameless)) {
    remove();
    return { fd, path: nameless };
  }
  process.once('exit', remove);
  return { fd, path: file };
}

/** A write may take less than it is given. */
export function writeAll(fd: number, bytes: Uint8Array, position: number | null = null): void {
  for (let done = 0; done < bytes.length; ) {
    const at = position === null ? null : position + done;
    done += writeSync(fd, bytes, done, bytes.length - done, at);
  }
}
