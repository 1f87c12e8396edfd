import { codeInfo, type DiagnosticCode, type Severity } from './codes.ts';

/** Where in a capture something was read; lines and columns count from 1, bytes from 0. */
export interface Position {
  readonly line?: number;
  readonly column?: number;
  /** Offset in the file as it lies on disk, for what has no lines (compressed frames). */
  readonly byteOffset?: number;
  /** The text of the line, for the caret. */
  readonly text?: string;
}

/** One thing that is wrong with a capture, or surprising in it, said as data. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string | undefined;
  /** Further lines, where the message needs a list. */
  readonly details: readonly string[];
  /** The capture as the user named it. */
  readonly file: string;
  readonly position: Position;
}

/** What a report may say beyond its message. `hint` replaces the code's own. */
export interface DiagnosticExtras {
  readonly hint?: string | undefined;
  readonly details?: readonly string[];
}

/** How many diagnostics of one code are kept whole; the rest are only counted. */
const KEPT_PER_CODE = 5;

/** How much of a line is kept for the caret; captures can have lines of megabytes. */
const KEPT_TEXT = 200;

/** The same for what a message says: names in it are as long as lines. */
const KEPT_MESSAGE = 1000;

/**
 * Collects what a reader of one capture has to say.
 *
 * Bounded: a broken log of a million lines leaves a handful of diagnostics and exact counts.
 */
export class Diagnostics {
  readonly #file: string;
  readonly #kept: Diagnostic[] = [];
  readonly #counts = new Map<DiagnosticCode, number>();

  constructor(file: string) {
    this.#file = file;
  }

  report(
    code: DiagnosticCode,
    message: string,
    position: Position = {},
    extras: DiagnosticExtras = {},
  ): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > KEPT_PER_CODE) return;
    const { severity, hint } = codeInfo(code);
    const text = position.text?.slice(0, KEPT_TEXT);
    this.#kept.push({
      code,
      severity,
      message: message.length > KEPT_MESSAGE ? `${message.slice(0, KEPT_MESSAGE)}…` : message,
      hint: extras.hint ?? hint,
      details: extras.details ?? [],
      file: this.#file,
      position: text === undefined ? position : { ...position, text },
    });
  }

  /** Takes what another collector has of the same capture, after all that was reported here. */
  add(list: readonly Diagnostic[], counts: ReadonlyMap<DiagnosticCode, number>): void {
    this.#kept.push(...list);
    for (const [code, count] of counts) {
      this.#counts.set(code, (this.#counts.get(code) ?? 0) + count);
    }
  }

  /** The kept diagnostics in the order they were reported. */
  list(): readonly Diagnostic[] {
    return this.#kept;
  }

  /** How often each code was reported, kept or not. */
  counts(): ReadonlyMap<DiagnosticCode, number> {
    return this.#counts;
  }

  has(severity: Severity): boolean {
    return this.#kept.some((diagnostic) => diagnostic.severity === severity);
  }
}
