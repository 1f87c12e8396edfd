import type { FootprintColumn } from '../../model/memory-map.ts';
import type { PmapColumns } from './row.ts';

/**
 * Numbers behind the size, where the header has English words for them: `RSS Dirty` and its
 * translations are the usual two and need no entry.
 */
const NUMBERS: ReadonlyMap<string, FootprintColumn | undefined> = new Map([
  ['RSS', 'resident'],
  ['PSS', 'pss'],
  ['Dirty', 'dirty'],
  ['Swap', 'swap'],
  ['Anon', 'anonymous'],
  ['Locked', undefined],
]);

/** Names of smaps' fields; the header's other words are translated. */
const FIELD = /^[A-Z][A-Za-z]*(?:_[A-Za-z]+)*$/;

/** Fewer words than any header: `Address Kbytes RSS Dirty Mode Mapping`. */
const FEWEST_WORDS = 5;

/**
 * What a header says of the rows below it.
 *
 *     Address           Kbytes     RSS   Dirty Mode  Mapping
 *     Address           Kbytes     PSS   Dirty    Swap  Mode  Mapping       busybox, toybox
 *     Address   Kbytes     RSS    Anon  Locked Mode   Mapping               procps before 3.3.2
 *     Address Perm   Offset Device   Inode  Size  Rss  Pss … Mapping        -X
 *
 * @returns undefined for a line that is no header: those are words without digits, in any language.
 */
export function headerColumns(text: string): PmapColumns | undefined {
  const words = text.trim().split(/\s+/);
  if (words.length < FEWEST_WORDS || /\d/.test(text)) return undefined;
  if (words.some((word) => /^[-=]+$/.test(word))) return undefined;
  const numbers = numbersOf(words);
  return { numbers, fewest: numbers.length, fields: fieldsOf(words) };
}

function numbersOf(words: readonly string[]): readonly (FootprintColumn | undefined)[] {
  const isSpecial = words.includes('PSS') || words.includes('Anon');
  if (!isSpecial) return ['resident', 'dirty'];
  return words.filter((word) => NUMBERS.has(word)).map((word) => NUMBERS.get(word));
}

/** The fields of -X: from `Size` to the last word but the one for `Mapping`. */
function fieldsOf(words: readonly string[]): readonly string[] {
  const first = words.indexOf('Size');
  if (first === -1) return [];
  const rest = words.slice(first);
  const translated = rest.findIndex((word) => !FIELD.test(word));
  // Where `Mapping` has no letter beyond ASCII it looks like a field; it is the last word then.
  return rest.slice(0, translated === -1 ? -1 : translated);
}
