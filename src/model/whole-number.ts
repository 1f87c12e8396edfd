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

/** No PID has more digits: the largest that Linux gives is 4194304 (PID_MAX_LIMIT). */
export const MAX_PID = 9_999_999;

/** A process or thread. @returns undefined for what no system gives. */
export function parsePid(digits: string): number | undefined {
  const pid = parseWhole(digits);
  return pid !== undefined && pid <= MAX_PID ? pid : undefined;
}
