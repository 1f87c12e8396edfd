import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FieldLines } from '../../src/parsers/proc/field-line.ts';

const NAMES = ['Rss', 'Pss', 'Swap', 'Private_Dirty', 'Private_Clean'];

/** The same by regular expressions. */
function readAsText(text: string): string | number | undefined {
  const key = /^([A-Za-z_]+):/.exec(text)?.[1];
  if (key === undefined) return 'other';
  if (!NAMES.includes(key)) return 'unused';
  const digits = /^[A-Za-z_]+:[ \t]*(\d{1,12}) kB\r?$/.exec(text)?.[1];
  return digits === undefined ? 'other' : Number(digits) * 1024;
}

const anyLine = fc
  .tuple(
    fc.oneof(fc.constantFrom(...NAMES, 'Size', 'SwapPss', 'VmFlags', 'Rs', ''), fc.string()),
    fc.constantFrom(':', ': ', ':\t  ', '', ' :', '-'),
    fc.oneof(fc.nat().map(String), fc.constantFrom('', '9'.repeat(12), '9'.repeat(13), '-1', '1x')),
    fc.constantFrom(' kB', ' kB\r', 'kB', ' kB ', ' k', ' KB', ''),
  )
  .map((parts) => parts.join('').replaceAll('\n', ''));

test('fields are read from bytes as from text, wherever the line stands', () => {
  const lines = new FieldLines(NAMES);
  fc.assert(
    fc.property(fc.array(anyLine, { minLength: 1 }), fc.boolean(), (texts, hasEnd) => {
      const buffer = Buffer.from(`?${texts.join('\n')}${hasEnd ? '\n' : ''}`);
      let at = 1;
      for (const text of texts) {
        const field = lines.read(buffer, at, buffer.length);
        expect(typeof field === 'number' ? lines.value : field).toBe(readAsText(text));
        if (typeof field === 'number') expect(text.startsWith(`${NAMES[field]}:`)).toBe(true);
        expect(lines.end).toBe(at + Buffer.byteLength(text));
        at = lines.end + 1;
      }
    }),
  );
});
