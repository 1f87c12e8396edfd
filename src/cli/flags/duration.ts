import { Errors, Flags } from '@oclif/core';

const SECONDS: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** A flag for a point in time: `2.5`, `2.5s`, `300ms`, `1m30s`; the value is in seconds. */
export const duration = Flags.custom<number>({
  helpValue: 'TIME',
  parse: async (text) => {
    const seconds = parseDuration(text);
    if (seconds === undefined) {
      throw new Errors.CLIError(
        `${JSON.stringify(text)} is no time; write 2.5, 2.5s, 300ms or 1m30s`,
        { exit: 2 },
      );
    }
    return seconds;
  },
});

/** @returns seconds; undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, value, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    seconds += Number(value) * SECONDS[unit!]!;
  }
  return seconds;
}
