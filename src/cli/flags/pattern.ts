import { Errors, Flags } from '@oclif/core';
import type { Pattern } from '../../model/pattern.ts';

/** A flag for a regular expression in the syntax of RE2; may be given several times. */
export const pattern = Flags.custom<Pattern>({
  helpValue: 'REGEX',
  parse: async (text) => {
    const { linearPattern } = await import('../../analysis/linear-pattern.ts');
    try {
      return linearPattern(text);
    } catch (error) {
      throw new Errors.CLIError(`invalid pattern ${JSON.stringify(text)}: ${reason(error)}`, {
        exit: 2,
      });
    }
  },
});

/** `missing closing )`, without the library's words before it. */
const reason = (error: unknown) => (error as Error).message.replace(/^error parsing regexp: /, '');
