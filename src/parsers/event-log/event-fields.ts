import { type Address, parseAddress } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import { parseWhole } from '../../model/whole-number.ts';

/** An allocation or a free. */
export interface LoggedEvent {
  readonly kind: 'allocate' | 'free';
  readonly address: Address;
  /** Of allocations. */
  readonly size: Bytes | undefined;
  /** The block that a reallocation gave back. */
  readonly old: Address | undefined;
  readonly group: string | undefined;
  /** In a unit that its size tells. */
  readonly time: number | undefined;
}

export interface TimeUnit {
  readonly name: string;
  readonly perSecond: number;
  /** The smallest number that is taken for a time since 1970 in it. */
  readonly least: number;
}

/** From the finest; what is smaller than any time since 1970 counts seconds. */
export const TIME_UNITS: readonly TimeUnit[] = [
  { name: 'nanoseconds', perSecond: 1e9, least: 1e17 },
  { name: 'microseconds', perSecond: 1e6, least: 1e14 },
  { name: 'milliseconds', perSecond: 1e3, least: 1e11 },
  { name: 'seconds', perSecond: 1, least: Number.NEGATIVE_INFINITY },
];

/** What each is called; the first name that a line has counts. */
const NAMES = {
  event: ['event', 'op', 'kind', 'type'],
  address: ['ptr', 'addr', 'address', 'new_ptr', 'new_addr'],
  size: ['size', 'bytes', 'layout.size', 'new_size'],
  old: ['old_ptr', 'old_addr', 'old'],
  group: ['group', 'tag', 'group_id'],
  time: ['timestamp', 'time', 'ts'],
} as const;

type Field = keyof typeof NAMES;

const ALLOCATIONS = /^(?:alloc|allocate|allocated|allocation|malloc|calloc|new)$/;
const FREES = /^(?:free|freed|dealloc|deallocate|deallocated|deallocation|delete)$/;
const REALLOCATIONS = /^(?:realloc|reallocate|reallocated|reallocation|grow|shrink)$/;

type Values = Readonly<Record<string, unknown>>;

/** Reads events from lines of JSON, whatever their fields are called. */
export class EventFields {
  /** The names that were found, by what they mean. */
  readonly #found = new Map<Field, string>();

  /** @returns why a line is no event, where it is none. */
  read(line: string): LoggedEvent | string {
    let values: unknown;
    try {
      values = JSON.parse(line);
    } catch {
      return 'it is no JSON';
    }
    if (!isValues(values)) return 'it is no object';
    const fields = withVariant(values);
    const word = this.#value(fields, 'event');
    if (typeof word !== 'string') return `it has no ${NAMES.event.slice(0, 2).join(' or ')}`;
    const name = word.toLowerCase();
    const isStep = REALLOCATIONS.test(name);
    const kind = isStep || ALLOCATIONS.test(name) ? 'allocate' : 'free';
    if (kind === 'free' && !FREES.test(name))
      return `"${word}" is neither an allocation nor a free`;
    const address = addressOf(this.#value(fields, 'address'));
    if (address === undefined) return `it has no ${NAMES.address.slice(0, 3).join(', ')}`;
    const size = wholeOf(this.#value(fields, 'size'));
    if (kind === 'allocate' && size === undefined) return `it has no ${NAMES.size.join(', ')}`;
    const group = this.#value(fields, 'group');
    return {
      kind,
      address,
      size,
      old: isStep ? (addressOf(this.#value(fields, 'old')) ?? address) : undefined,
      group: ['string', 'number'].includes(typeof group) ? String(group) : undefined,
      time: timeOf(this.#value(fields, 'time')),
    };
  }

  /** Which fields were taken, in words. @param unit of times. */
  taken(unit: string | undefined): string {
    return [...this.#found]
      .map(([field, name]) => {
        const counted = field === 'time' && unit !== undefined ? `, in ${unit}` : '';
        return `${field}: ${name}${counted}`;
      })
      .join('; ');
  }

  #value(fields: Values, field: Field): unknown {
    for (const name of NAMES[field]) {
      const value = at(fields, name);
      if (value === undefined || value === null) continue;
      if (!this.#found.has(field)) this.#found.set(field, name);
      return value;
    }
    return undefined;
  }
}

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{"Allocated":{…}}`, as Rust's serde writes a variant, is `{"event":"Allocated",…}`. */
function withVariant(values: Values): Values {
  const [first, ...others] = Object.entries(values);
  if (first === undefined || others.length > 0 || !isValues(first[1])) return values;
  return { event: first[0], ...first[1] };
}

function at(fields: Values, name: string): unknown {
  const [first, second] = name.split('.');
  const value = Object.hasOwn(fields, first!) ? fields[first!] : undefined;
  if (second === undefined) return value;
  return isValues(value) && Object.hasOwn(value, second) ? value[second] : undefined;
}

/** A number, or text in hexadecimal or decimal digits. */
function addressOf(value: unknown): Address | undefined {
  if (typeof value !== 'string') return wholeOf(value);
  return value.startsWith('0x') ? parseAddress(value.slice(2)) : parseWhole(value);
}

function wholeOf(value: unknown): number | undefined {
  if (typeof value === 'string') return parseWhole(value);
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
}

/** Digits, or a date. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const time = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isFinite(time) ? time : undefined;
}
