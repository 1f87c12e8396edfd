/** Ways in which a capture can be damaged, edited, or made by somebody who means harm. */
import type { Random } from './random.ts';

/** @param other another capture of any kind. */
export type Mutator = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const NUMBERS = [
  '0',
  '-1',
  '1',
  '4095',
  '4097',
  '2147483648',
  '4294967296',
  '9007199254740993',
  '18446744073709551615',
  '18446744073709551616',
  '99999999999999999999999999',
  '1e309',
  '0.5',
  '-0',
  'NaN',
  'Infinity',
  '0x',
  '0xffffffffffffffff',
  '0x10000000000000000',
  `${'9'.repeat(310)}`,
  `${'f'.repeat(257)}`,
];

const TEXTS = [
  '\0',
  '\r',
  '\n\n\n',
  '\u001b[2J\u001b]0;title\u0007',
  '\u009b31m',
  '\u202e',
  '\u2028',
  '\ufeff',
  '\ud83d',
  '\t',
  '%s%n',
  '$(id)',
  '<script>',
  '<unfinished ...>',
  '= ?',
  '[heap]',
  ' kB',
  '-',
  '--',
  '(',
  '"',
];

const NUMBER = /0x[0-9a-f]+|\d+(?:\.\d+)?|\b[0-9a-f]{4,}\b/gi;

const between = (bytes: Buffer, random: Random, longest: number): [from: number, to: number] => {
  const from = random.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.below(longest))];
};

const spliced = (bytes: Buffer, from: number, to: number, inserted: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(to)]);

/** Changes lines; bytes that are no UTF-8 stay as they are. */
const byLine =
  (change: (lines: string[], random: Random) => void): Mutator =>
  (bytes, random) => {
    const lines = bytes.toString('latin1').split('\n');
    change(lines, random);
    return Buffer.from(lines.join('\n'), 'latin1');
  };

/** Replaces one of the places where a pattern matches. */
const atMatch =
  (pattern: RegExp, replacement: (found: string, random: Random) => string): Mutator =>
  (bytes, random) => {
    const text = bytes.toString('latin1');
    const matches = [...text.matchAll(pattern)];
    const match = matches[random.below(matches.length)];
    if (match === undefined) return bytes;
    const after = match.index + match[0].length;
    const changed = text.slice(0, match.index) + replacement(match[0], random) + text.slice(after);
    return Buffer.from(changed, 'latin1');
  };

/** A number near to another, or of another magnitude. */
function nearby(found: string, random: Random): string {
  const isHex = /[a-fx]/i.test(found);
  const value = BigInt(/^0x$/i.test(found) ? 0 : isHex ? `0x${found.replace(/^0x/i, '')}` : found);
  const changed = random.oneOf([
    value + 1n,
    value - 1n,
    value * 2n,
    value << 32n,
    -value,
    value / 2n,
  ]);
  const digits = changed.toString(isHex ? 16 : 10);
  return found.startsWith('0x') ? `0x${digits}` : digits;
}

const changeLine = (change: (line: string, random: Random) => string): Mutator =>
  byLine((lines, random) => {
    const at = random.below(lines.length);
    lines[at] = change(lines[at]!, random);
  });

export const MUTATORS: Readonly<Record<string, Mutator>> = {
  flipBit: (bytes, random) => {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length);
    if (copy.length > 0) copy[at]! ^= 1 << random.below(8);
    return copy;
  },
  overwrite: (bytes, random) => {
    const [from, to] = between(bytes, random, 40);
    return spliced(bytes, from, to, random.bytes(to - from));
  },
  insertBytes: (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return spliced(bytes, at, at, random.bytes(1 + random.below(30)));
  },
  insertText: (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return spliced(bytes, at, at, Buffer.from(random.oneOf(TEXTS)));
  },
  remove: (bytes, random) => {
    const [from, to] = between(bytes, random, 200);
    return spliced(bytes, from, to, Buffer.alloc(0));
  },
  repeat: (bytes, random) => {
    const [from, to] = between(bytes, random, 500);
    return spliced(bytes, to, to, bytes.subarray(from, to));
  },
  cut: (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  behead: (bytes, random) => bytes.subarray(random.below(bytes.length + 1)),
  twice: (bytes) => Buffer.concat([bytes, bytes]),
  splice: (bytes, random, other) => {
    const at = random.below(bytes.length + 1);
    const [from, to] = between(other, random, 5000);
    return spliced(bytes, at, at, other.subarray(from, to));
  },
  changeNumber: atMatch(NUMBER, (_, random) => random.oneOf(NUMBERS)),
  nearNumber: atMatch(/\b(?:0x)?[0-9a-f]*\d[0-9a-f]*\b/g, nearby),
  removeNumber: atMatch(NUMBER, () => ''),
  changeSpace: atMatch(/[ \t]+/g, (_, random) =>
    random.oneOf(['', '  ', '\t', '\u00a0', ' '.repeat(300)]),
  ),
  changePunctuation: atMatch(/[^\w\s]/g, (_, random) => random.oneOf([...'(){}[]<>,;:=|"\'\\/*'])),
  changeCase: atMatch(/[a-z]{2,}/gi, (found, random) =>
    random.below(2) ? found.toUpperCase() : found.toLowerCase(),
  ),
  longWord: atMatch(/[\w/.]+/g, (found, random) => found.repeat(1 + random.below(2000))),
  swapLines: byLine((lines, random) => {
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  }),
  removeLine: byLine((lines, random) => lines.splice(random.below(lines.length), 1)),
  repeatLine: byLine((lines, random) => {
    const at = random.below(lines.length);
    lines.splice(at, 0, ...Array.from({ length: 1 + random.below(100) }, () => lines[at]!));
  }),
  swapWords: changeLine((line, random) => {
    const words = line.split(' ');
    const [a, b] = [random.below(words.length), random.below(words.length)];
    [words[a], words[b]] = [words[b]!, words[a]!];
    return words.join(' ');
  }),
  cutLine: changeLine((line, random) => line.slice(0, random.below(line.length + 1))),
  carriageReturns: (bytes) =>
    Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1'),
  utf16: (bytes) => Buffer.from(`\ufeff${bytes.toString('latin1')}`, 'utf16le'),
  mark: (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
};

const NAMES = Object.keys(MUTATORS);

/** Damages a capture in one to nine ways. */
export function mutated(
  original: Buffer,
  random: Random,
  other: Buffer,
): { readonly bytes: Buffer; readonly by: readonly string[] } {
  let bytes = original;
  const by: string[] = [];
  const times = 1 + random.below(9);
  for (let i = 0; i < times && bytes.length < LARGEST_BYTES; i++) {
    const name = random.oneOf(NAMES);
    bytes = MUTATORS[name]!(bytes, random, other);
    by.push(name);
  }
  return { bytes, by };
}

/** Larger ones only take time. */
const LARGEST_BYTES = 512 * 1024;
