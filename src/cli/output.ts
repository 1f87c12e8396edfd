/** What the system says where output cannot be written, in words. */
const REASONS: Record<string, string> = {
  ENOSPC: 'no space left on device',
  EDQUOT: 'disk quota exceeded',
  EIO: 'input/output error',
  EFBIG: 'file too large',
};

/** `no space left on device`; the system's own words where there are no better ones. */
export function writeFailure({ code = '', message }: NodeJS.ErrnoException): string {
  return REASONS[code] ?? message;
}

/**
 * Ends the program with one line when standard output cannot be written. A reader that went away has
 * what it wanted: that is no failure, but there is nothing left to do, either.
 */
export function watchOutput(): void {
  // oclif has a listener that throws, which would end in a stack trace.
  process.stdout.removeAllListeners('error');
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`memtool: cannot write standard output (${writeFailure(error)})\n`);
    process.exit(1);
  });
  // Where nothing can be said, the exit code must do.
  process.stderr.on('error', () => {});
}
