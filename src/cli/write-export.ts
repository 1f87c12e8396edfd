import { closeSync, openSync, writeSync } from 'node:fs';
import { Errors } from '@oclif/core';
import type { HeaptrackFlags } from './heaptrack-flags.ts';

/** Writes an exported file piece by piece, so that none has to fit into memory. */
export function writeExport(
  pieces: Iterable<string | Uint8Array>,
  { export: format, output, json }: HeaptrackFlags,
): void {
  if (output !== undefined) {
    writeFile(pieces, output);
    return;
  }
  if (json) throw new Errors.CLIError('--json needs --output beside --export', { exit: 2 });
  if (format === 'pprof' && process.stdout.isTTY) {
    throw new Errors.CLIError('pprof files are binary; name one with --output', { exit: 2 });
  }
  for (const piece of pieces) process.stdout.write(piece);
}

function writeFile(pieces: Iterable<string | Uint8Array>, path: string): void {
  try {
    const fd = openSync(path, 'w');
    try {
      for (const piece of pieces) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
        for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Errors.CLIError(`cannot write ${path} (${code})`, { exit: 1 });
  }
}
