import { fileURLToPath } from 'node:url';
import { handle, run } from '@oclif/core';

/** Runs the command that `process.argv` names. Called by bin/run.js. */
export async function main(): Promise<void> {
  try {
    // memtool has no plugins; without this oclif looks for some in the user's home at every start.
    const root = fileURLToPath(new URL('..', import.meta.url));
    // Output needs no flush at the end: on Linux, writes to files, pipes and terminals are complete
    // when they return, and oclif's `flush` would wait for ever for a reader that went away.
    await run(undefined, { root, userPlugins: false, devPlugins: false });
  } catch (error) {
    await handle(error as Error);
  }
}
