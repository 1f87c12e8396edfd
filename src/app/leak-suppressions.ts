import { readFileSync } from 'node:fs';
import { BUILT_IN_LEAK_RULES, type LeakRule, leakRules } from '../analysis/heap/leak-rules.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';
import type { Recording } from '../model/heap-profile.ts';

export interface LeakRuleFlags {
  readonly suppressions: string | undefined;
  readonly builtinSuppressions: boolean;
  readonly embeddedSuppressions: boolean;
}

/** Which leaks are not to be shown, in the order in which they are tried. */
export function collectLeakRules(
  flags: LeakRuleFlags,
  { suppressions: embedded }: Recording,
  diagnostics: Diagnostics,
): readonly LeakRule[] {
  const file = flags.suppressions;
  const fromFile = leakRules(file === undefined ? [] : readRules(file, diagnostics), 'file');
  const fromProgram = leakRules(flags.embeddedSuppressions ? embedded : [], 'program');
  for (const { line, text } of fromFile.invalid) {
    const message = `${file}:${line}: ${JSON.stringify(text)} is no suppression`;
    diagnostics.report('heaptrack/invalid-suppression', message);
  }
  for (const { text } of fromProgram.invalid) {
    const message = `the program carries ${JSON.stringify(text)}, which is no suppression`;
    diagnostics.report('heaptrack/invalid-suppression', message);
  }
  return [
    ...(flags.builtinSuppressions ? BUILT_IN_LEAK_RULES : []),
    ...fromFile.rules,
    ...fromProgram.rules,
  ];
}

function readRules(file: string, diagnostics: Diagnostics): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `cannot read the suppressions in ${file} (${code})`;
    diagnostics.report('heaptrack/no-suppressions', message);
    return [];
  }
}
