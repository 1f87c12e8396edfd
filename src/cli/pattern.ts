import { Errors, Flags } from '@oclif/core';

/** A flag for a regular expression; may be given several times. */
export const pattern = Flags.custom<RegExp>({
  helpValue: 'REGEX',
  parse: async (text) => {
    try {
      return new RegExp(text);
    } catch (error) {
      throw new Errors.CLIError(`${JSON.stringify(text)}: ${(error as Error).message}`, {
        exit: 2,
      });
    }
  },
});
