import { Flags } from '@oclif/core';

/** Flags of `memtool strace` beside those of all commands. */
export const straceFlags = {
  growth: Flags.boolean({
    summary: 'Tell every container that grew in full, not only the largest.',
  }),
};
