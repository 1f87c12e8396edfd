import { Flags } from '@oclif/core';
import type { CapacityQuery } from '../../analysis/growth/forward/capacity.ts';
import type { GrowthQuery } from '../../analysis/growth/from-log/grown-container.ts';
import type { TopicId } from '../../model/topic.ts';
import { type ColorChoice, hasTerminal } from '../terminal.ts';

export const interactiveFlag = Flags.boolean({
  char: 'i',
  summary: 'Explore it in the terminal, as memtool tui does.',
});

/** Flags of a command that opens the screens on what it would report on. */
interface WantedFlags {
  readonly interactive: boolean;
  readonly json?: boolean | undefined;
  readonly color: ColorChoice;
}

/** What another command knows of what the screens shall open with. */
interface Opening {
  /** What the user said of containers, where the command has such flags. */
  readonly query: GrowthQuery;
  readonly numbers: CapacityQuery;
  /** The term whose page lies over the first screen. */
  readonly topic?: TopicId;
}

/**
 * Opens the screens on the captures of another command, where that is asked for and possible.
 *
 * @returns whether it did; the command then has nothing to report any more.
 */
export async function openedInteractively(
  { version }: { readonly version: string },
  { interactive, json, color }: WantedFlags,
  names: readonly string[],
  opening: Opening = { query: { pageBytes: 4096 }, numbers: EXAMPLE_CAPACITY },
): Promise<boolean> {
  if (!interactive || json || !hasTerminal()) return false;
  // With all that it reads and shows: commands that report load nothing of it.
  const { openInteractive } = await import('../open-interactive.ts');
  await openInteractive({ names, color, version, ...opening });
  return true;
}

/** What the Capacity screen starts with where nobody says otherwise: a Vec of Strings. */
export const EXAMPLE_CAPACITY: CapacityQuery = {
  container: 'rust-vec',
  allocator: 'glibc',
  elementBytes: 24,
  length: 12426,
  pageBytes: 4096,
};
