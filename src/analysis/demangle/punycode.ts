/**
 * Punycode (RFC 3492) as v0 names use it: the delimiter is `_`, since `-` may not stand in a
 * symbol.
 */
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;
const SKEW = 38;
const DAMP = 700;
const INITIAL_BIAS = 72;
const INITIAL_CODE = 0x80;

/** Decoding takes the square of the length; identifiers are far shorter. */
const MAX_LENGTH = 1000;

/** The decoded identifier, or undefined where the text is no punycode. */
export function decodePunycode(text: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const delimiter = text.lastIndexOf('_');
  const characters = Array.from(text.slice(0, Math.max(delimiter, 0)));
  const encoded = text.slice(delimiter + 1);
  if (encoded === '') return undefined;

  let code = INITIAL_CODE;
  let bias = INITIAL_BIAS;
  let position = 0;
  for (let at = 0; at < encoded.length; ) {
    const start = position;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitValue(encoded.charCodeAt(at++));
      if (digit === undefined) return undefined;
      position += digit * weight;
      if (position > Number.MAX_SAFE_INTEGER) return undefined;
      const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX);
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const length = characters.length + 1;
    bias = adapt(position - start, length, start === 0);
    code += Math.floor(position / length);
    position %= length;
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
    characters.splice(position++, 0, String.fromCodePoint(code));
  }
  return characters.join('');
}

/** `a` to `z` are 0 to 25, `0` to `9` are 26 to 35; undefined past the end, too. */
function digitValue(character: number): number | undefined {
  if (character >= 0x61 && character <= 0x7a) return character - 0x61;
  if (character >= 0x30 && character <= 0x39) return character - 0x30 + 26;
  return undefined;
}

function adapt(delta: number, length: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? DAMP : 2));
  rest += Math.floor(rest / length);
  let k = 0;
  while (rest > ((BASE - T_MIN) * T_MAX) / 2) {
    rest = Math.floor(rest / (BASE - T_MIN));
    k += BASE;
  }
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW));
}
