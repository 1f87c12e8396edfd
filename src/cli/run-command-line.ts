import { fileURLToPath } from 'node:url';
import { handle, run } from '@oclif/core';
import { endIfInterrupted } from '../input/interruption.ts';

/** The package's folder, from dist/chunks or from src/cli. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Hands the command line to oclif. */
export async function runCommandLine(): Promise<void> {
  try {
    // memtool has no plugins; without this oclif looks for some in the user's home at every start.
    // Output needs no flush at the end: on Linux, writes to files, pipes and terminals are complete
    // when they return, and oclif's `flush` would wait for ever for a reader that went away.
    await run(undefined, { root: ROOT, userPlugins: false, devPlugins: false });
  } catch (error) {
    await handle(error as Error);
  }
  endIfInterrupted();
}
