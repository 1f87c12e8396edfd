/**
 * Reads a count or a size from decimal digits.
 *
 * @returns undefined for any other text, and for numbers from 2^53 on: a double does not hold all of
 * them, and nothing that captures count is that many, no process's memory that large (8 PiB).
 */
export function parseWhole(digits: string): number | undefined {
  const value = Number(digits);
  return /^\d+$/.test(digits) && Number.isSafeInteger(value) ? value : undefined;
}

/** The largest PID that Linux gives has as many (PID_MAX_LIMIT, 4194304). */
const MAX_PID_DIGITS = 7;

/** A process or thread. @returns undefined for what no system gives. */
export function parsePid(digits: string): number | undefined {
  return digits.length <= MAX_PID_DIGITS ? parseWhole(digits) : undefined;
}
