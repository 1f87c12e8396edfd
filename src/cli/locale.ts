import { toAscii } from '../views/text/ascii.ts';

/**
 * Whether the locale has ASCII alone, by the first of its variables that is set (locale(7)). Where none is,
 * as in containers, terminals show UTF-8 nearly always.
 */
export function isAsciiLocale(
  { LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv = process.env,
): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return locale !== undefined && locale !== '' && !/utf-?8/i.test(locale);
}

/** Text of memtool's as this locale can show it. */
export const inLocale = (text: string): string => (isAsciiLocale() ? toAscii(text) : text);
