import { flush, handle, run } from '@oclif/core';

/** Runs the command that `process.argv` names. Called by bin/run.js. */
export async function main(): Promise<void> {
  try {
    await run(undefined, import.meta.url);
    await flush();
  } catch (error) {
    await handle(error as Error);
  }
}
