import { codeInfo } from '../diagnostics/codes.ts';
import type { Diagnostics } from '../diagnostics/diagnostic.ts';

/** 1: failed, or warnings under `--strict`. 2: wrong usage. 42: a PID was not found. */
const FAILED = 1;

/** The exit code that a command's diagnostics ask for: that of the first error, else 0. */
export function exitCode(diagnostics: Diagnostics, strict: boolean): number {
  const error = diagnostics.list().find(({ severity }) => severity === 'error');
  if (error) return codeInfo(error.code).exit ?? FAILED;
  return strict && diagnostics.has('warning') ? FAILED : 0;
}
