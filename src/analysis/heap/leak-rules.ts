import { BUILT_IN_LEAK_PATTERNS } from '../../knowledge/leak-suppressions.ts';

/** Where a suppression was written down. */
export type LeakRuleSource = 'built-in' | 'file' | 'program';

/** A leak that is known and not to be shown. */
export interface LeakRule {
  readonly pattern: string;
  readonly source: LeakRuleSource;
}

/** heaptrack's own list. */
export const BUILT_IN_LEAK_RULES: readonly LeakRule[] = BUILT_IN_LEAK_PATTERNS.map((pattern) => ({
  pattern,
  source: 'built-in',
}));

const TYPE = 'leak:';

/** One line that is no rule. */
export interface InvalidLeakRule {
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * Reads suppressions in LeakSanitizer's form: `leak:PATTERN` lines, comments behind `#`.
 *
 * @param lines of a file, or what a program has compiled in (`__lsan_default_suppressions`).
 */
export function leakRules(
  lines: readonly string[],
  source: LeakRuleSource,
): { readonly rules: readonly LeakRule[]; readonly invalid: readonly InvalidLeakRule[] } {
  const rules: LeakRule[] = [];
  const invalid: InvalidLeakRule[] = [];
  for (const [i, line] of lines.entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    // An empty pattern would match everything; LSan ignores it.
    if (text.startsWith(TYPE) && text !== TYPE)
      rules.push({ pattern: text.slice(TYPE.length), source });
    else invalid.push({ line: i + 1, text });
  }
  return { rules, invalid };
}
