import { getSystemErrorMap } from 'node:util';

/** What the system says of a failure, in its own words: `no space left on device`. */
export function systemWords({ errno, message }: NodeJS.ErrnoException): string {
  return getSystemErrorMap().get(errno ?? 0)?.[1] ?? message;
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
    process.stderr.write(`memtool: cannot write standard output (${systemWords(error)})\n`);
    process.exit(1);
  });
  // Where nothing can be said, the exit code must do.
  process.stderr.on('error', () => {});
}
