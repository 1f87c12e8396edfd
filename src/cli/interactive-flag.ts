import { Flags } from '@oclif/core';
import type { CapacityNumbers } from '../analysis/capacity/capacity-account.ts';
import type { GrowthQuery } from '../analysis/growth-chains/findings.ts';
import type { ColorChoice } from './terminal.ts';

export const interactiveFlag = Flags.boolean({
  char: 'i',
  summary: 'Explore it in the terminal, as memtool tui does.',
});

/** A screen needs a terminal on both ends. */
export const hasTerminal = (): boolean =>
  process.stdin.isTTY === true && process.stdout.isTTY === true && process.env.TERM !== 'dumb';

/** Flags of a command that opens the screens on what it would report on. */
interface WantedFlags {
  readonly interactive: boolean;
  readonly json?: boolean | undefined;
  readonly color: ColorChoice;
}

/**
 * Opens the screens on the captures of another command, where that is asked for and possible.
 *
 * @param growth what the user said of containers, where the command has such flags.
 * @returns whether it did; the command then has nothing to report any more.
 */
export async function explored(
  { interactive, json, color }: WantedFlags,
  names: readonly string[],
  growth?: { readonly query: GrowthQuery; readonly numbers: CapacityNumbers },
): Promise<boolean> {
  if (!interactive || json || !hasTerminal()) return false;
  const { query, numbers } = growth ?? { query: { pageBytes: 4096 }, numbers: EXAMPLE };
  // With all that it reads and shows: commands that report load nothing of it.
  const { openInteractive } = await import('./interactive.ts');
  await openInteractive({ names, query, numbers, color });
  return true;
}

/** What the Capacity screen starts with where nobody says otherwise: a Vec of Strings. */
const EXAMPLE: CapacityNumbers = {
  container: 'rust-vec',
  allocator: 'glibc',
  elementBytes: 24,
  length: 12426,
  pageBytes: 4096,
};
