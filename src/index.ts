import { warmDecoder } from './input/decoder.ts';

/** Runs the command that `process.argv` names. Called by bin/run.js. */
export async function main(): Promise<void> {
  // Recordings are nearly always compressed: the decoder starts while oclif is still loading.
  if (['heap', 'heaptrack'].includes(process.argv[2]!)) warmDecoder();
  const { runCommandLine } = await import('./cli/run-command-line.ts');
  await runCommandLine();
}
