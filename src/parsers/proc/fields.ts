import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { FootprintColumn, Mapping } from '../../model/memory-map.ts';

/** Fields that make up a mapping's resident and dirty bytes: all kernels have them. */
const NEEDED_FIELDS = ['Rss', 'Shared_Dirty', 'Private_Dirty'] as const;

/** All that are read, in the kernel's order. */
export const USED_FIELDS: ReadonlySet<string> = new Set([
  'Rss',
  'Pss',
  'Shared_Dirty',
  'Private_Clean',
  'Private_Dirty',
  'Anonymous',
  'LazyFree',
  'AnonHugePages',
  'Swap',
]);

type Fields = ReadonlyMap<string, Bytes>;

/** What the fields of a mapping say; undefined where one of them is missing. */
export function footprintOf(fields: Fields): Record<FootprintColumn, Bytes | undefined> {
  return {
    resident: fields.get('Rss'),
    dirty: sum(fields, 'Shared_Dirty', 'Private_Dirty'),
    pss: fields.get('Pss'),
    uss: sum(fields, 'Private_Clean', 'Private_Dirty'),
    swap: fields.get('Swap'),
    anonymous: fields.get('Anonymous'),
    hugePages: fields.get('AnonHugePages'),
    lazyFree: fields.get('LazyFree'),
  };
}

function sum(fields: Fields, one: string, other: string): Bytes | undefined {
  const [a, b] = [fields.get(one), fields.get(other)];
  return a === undefined || b === undefined ? undefined : a + b;
}

/**
 * Tells files that somebody has filtered (`grep Rss`), in which no mapping has a field, from mappings
 * that lack what others have.
 */
export class FieldCheck {
  readonly #diagnostics: Diagnostics;
  readonly #seen = new Set<string>();
  /** For each mapping the needed fields that it has. */
  readonly #has: (readonly string[])[] = [];

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /** Takes the fields of the next mapping. */
  add(fields: Fields): void {
    for (const name of fields.keys()) this.#seen.add(name);
    this.#has.push(NEEDED_FIELDS.filter((name) => fields.has(name)));
  }

  /** The mappings that lack nothing; says what is missing. @param mappings all, in their order. */
  complete(mappings: readonly Mapping[]): readonly Mapping[] {
    const known = NEEDED_FIELDS.filter((name) => this.#seen.has(name));
    if (mappings.length > 0 && known.length < NEEDED_FIELDS.length) {
      const missing = [...USED_FIELDS].filter((name) => !this.#seen.has(name));
      const message = `no mapping has ${missing.join(', ')}`;
      this.#diagnostics.report('smaps/missing-fields', message);
    }
    return mappings.filter(({ line }, i) => {
      const missing = known.filter((name) => !this.#has[i]!.includes(name));
      if (missing.length === 0) return true;
      const message = `the mapping has no ${missing.join(', ')}`;
      this.#diagnostics.report('smaps/incomplete-mapping', message, { line });
      return false;
    });
  }
}
