import { addressOf, type Fields } from './fields.ts';
import type { Tables } from './tables.ts';

/** Lines of source files are ints. */
const MAX_LINE = 0x7fffffff;

/**
 * `i ADDRESS MODULE [FUNCTION [FILE LINE [FUNCTION FILE LINE]…]]`, innermost function first: one more
 * code address, whatever can be read of it.
 *
 * @returns false when the record is damaged.
 */
export function readCodeAddress(fields: Fields, tables: Tables): boolean {
  const address = fields.address();
  const module = stringIndex(fields, tables);
  tables.addIp(address ? addressOf(address) : 0, module ?? 0);
  let isValid = address !== undefined && module !== undefined;
  while (!fields.atEnd) {
    const name = stringIndex(fields, tables);
    const hasPosition = !fields.atEnd;
    const file = hasPosition ? stringIndex(fields, tables) : 0;
    const line = hasPosition ? fields.hex() : 0;
    const isKnown = name !== undefined && file !== undefined && line !== undefined;
    if (isKnown && line <= MAX_LINE) tables.addFrame(name, file, line);
    else isValid = false;
  }
  return isValid;
}

/** @returns undefined for an index past the table. */
function stringIndex(fields: Fields, { strings }: Tables): number | undefined {
  const index = fields.index();
  return index !== undefined && index < strings.length ? index : undefined;
}
