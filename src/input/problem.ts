import type { DiagnosticCode } from '../diagnostics/codes.ts';

/** What went wrong while bytes were read or decoded; the main thread reports it as a diagnostic. */
export interface InputProblem {
  readonly code: Extract<DiagnosticCode, `input/${string}`>;
  readonly message: string;
  readonly byteOffset?: number;
  readonly hint?: string;
}
