import { closeSync, openSync, readSync } from 'node:fs';

/** Panic messages of the standard library have the path that rustc builds it under. */
const MARK = '/rustc/';

const STEP = 1024 * 1024;
const MOST_BYTES = 256 * STEP;

/** Whether a program was compiled by rustc; false where its file is not there. */
export function isRustProgram(file: string | undefined): boolean {
  if (file === undefined) return false;
  try {
    const fd = openSync(file, 'r');
    try {
      return hasMark(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false;
  }
}

function hasMark(fd: number): boolean {
  const buffer = Buffer.alloc(STEP + MARK.length);
  for (let at = 0; at < MOST_BYTES; at += STEP) {
    const got = readSync(fd, buffer, 0, buffer.length, at);
    if (buffer.subarray(0, got).includes(MARK)) return true;
    if (got < buffer.length) return false;
  }
  return false;
}
