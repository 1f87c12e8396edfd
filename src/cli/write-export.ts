import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { Errors } from '@oclif/core';
import type { HeaptrackFlags } from './flags/heaptrack.ts';
import { systemWords } from './output.ts';

/**
 * Refuses a place for an exported file that would cost the user one: before anything is read, and for
 * inputs whatever the flags say.
 *
 * @param inputs captures that are read.
 * @param files how many are written.
 */
export function checkOutput(
  { output, force }: Pick<HeaptrackFlags, 'output' | 'force'>,
  inputs: readonly string[],
  files: number,
): void {
  if (output === undefined) return;
  if (files > 1) {
    const message = `${output} is one file, and ${files} would be written: export them one by one`;
    throw new Errors.CLIError(message, { exit: 2 });
  }
  const isInput = inputs.some((input) => isSameFile(input, output));
  if (isInput) throw new Errors.CLIError(`${output} is one of the captures`, { exit: 2 });
  if (!force && statSync(output, { throwIfNoEntry: false })?.isFile()) {
    throw new Errors.CLIError(`${output} exists; --force replaces it`, { exit: 2 });
  }
}

/** By what the names lead to: links are followed. */
function isSameFile(a: string, b: string): boolean {
  const [one, other] = [a, b].map((name) => statSync(name, { throwIfNoEntry: false }));
  return one !== undefined && one.ino === other?.ino && one.dev === other.dev;
}

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
    const reason = systemWords(error as NodeJS.ErrnoException);
    throw new Errors.CLIError(`cannot write ${path} (${reason})`, { exit: 1 });
  }
}
