import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { FootprintColumn, Mapping } from '../../model/memory-map.ts';

/** Fields that make up a mapping's resident and dirty bytes: all kernels have them. */
const NEEDED_FIELDS = ['Rss', 'Shared_Dirty', 'Private_Dirty'] as const;

/** All that are read; the first are those that are needed. */
export const FIELDS = [
  ...NEEDED_FIELDS,
  'Pss',
  'Private_Clean',
  'Anonymous',
  'LazyFree',
  'AnonHugePages',
  'Swap',
] as const;

/** A bit for each field, in the order of `FIELDS`. */
type FieldMask = number;
const NEEDED: FieldMask = (1 << NEEDED_FIELDS.length) - 1;
const namesOf = (mask: FieldMask) => FIELDS.filter((_, i) => (mask & (1 << i)) !== 0);

/** In the order of `FIELDS`; undefined where one is missing. */
export type Fields = readonly (Bytes | undefined)[];

/** What the fields of a mapping say; undefined where one of them is missing. */
export function footprintOf(fields: Fields): Record<FootprintColumn, Bytes | undefined> {
  const [resident, sharedDirty, dirty, pss, clean, anonymous, lazyFree, hugePages, swap] = fields;
  return {
    resident,
    dirty: sum(sharedDirty, dirty),
    pss,
    uss: sum(clean, dirty),
    swap,
    anonymous,
    hugePages,
    lazyFree,
  };
}

const sum = (a: Bytes | undefined, b: Bytes | undefined): Bytes | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

/**
 * Tells files that somebody has filtered (`grep Rss`), in which no mapping has a field, from mappings
 * that lack what others have.
 */
export class FieldCheck {
  readonly #diagnostics: Diagnostics;
  #seen: FieldMask = 0;
  /** Of each mapping. */
  readonly #has: FieldMask[] = [];

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /** Takes the fields of the next mapping. */
  add(fields: Fields): void {
    let has: FieldMask = 0;
    for (let i = 0; i < FIELDS.length; i++) if (fields[i] !== undefined) has |= 1 << i;
    this.#has.push(has);
    this.#seen |= has;
  }

  /** The mappings that lack nothing; says what is missing. @param mappings all, in their order. */
  complete(mappings: readonly Mapping[]): readonly Mapping[] {
    const known = NEEDED & this.#seen;
    if (mappings.length > 0 && known !== NEEDED) {
      const message = `no mapping has ${namesOf(~this.#seen).join(', ')}`;
      this.#diagnostics.report('smaps/missing-fields', message);
    }
    return mappings.filter(({ line }, i) => {
      const missing = known & ~this.#has[i]!;
      if (missing === 0) return true;
      const message = `the mapping has no ${namesOf(missing).join(', ')}`;
      this.#diagnostics.report('smaps/incomplete-mapping', message, { line });
      return false;
    });
  }
}
