/** The reader of JSON bytes says what JSON.parse says, however its bytes come. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonBytes, type JsonReader } from '../../src/parsers/json-bytes.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Builds the value that it is told of. */
class Builder implements JsonReader {
  value: Json | undefined;
  readonly #open: { readonly list: Json[]; readonly names: string[] | undefined }[] = [];

  onOpen(kind: 'object' | 'array'): void {
    this.#open.push({ list: [], names: kind === 'object' ? [] : undefined });
  }

  onClose(): void {
    const { list, names } = this.#open.pop()!;
    const entries = names?.map((name, i): [string, Json] => [name, list[i]!]);
    this.#add(entries ? Object.fromEntries(entries) : list);
  }

  onKey(name: string): void {
    this.#open.at(-1)!.names!.push(name);
  }

  onString = (text: string) => this.#add(text);
  onNumber = (value: number) => this.#add(value);
  onLiteral = (value: boolean | null) => this.#add(value);

  #add(value: Json): void {
    const above = this.#open.at(-1);
    if (above) above.list.push(value);
    else this.value = value;
  }
}

function read(text: string, size: number): { json: JsonBytes; value: Json | undefined } {
  const builder = new Builder();
  const json = new JsonBytes(builder);
  const bytes = Buffer.from(text);
  const piece = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; at += size) {
    // The same memory each time, as chunks of a file have it.
    const length = bytes.copy(piece, 0, at, at + size);
    json.push(piece.subarray(0, length));
  }
  json.finish();
  return { json, value: builder.value };
}

const size = fc.integer({ min: 1, max: 9 });

test('a document is what JSON.parse says, in pieces of any size', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), size, (value, indent, by) => {
      const text = JSON.stringify(value, null, indent);
      const { json, value: found } = read(text, by);
      expect(json.problem).toBeUndefined();
      expect(json.isDone).toBe(true);
      expect(found).toEqual(JSON.parse(text));
    }),
  );
});

test('what JSON.parse refuses is a problem or has no end, and nothing throws', () => {
  const damaged = fc
    .tuple(fc.jsonValue(), fc.nat(), fc.constantFrom('', '"', '[', '}', ',', '\\', 'x', '-', '0'))
    .map(([value, at, put]) => {
      const text = JSON.stringify(value);
      return text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + 1);
    });
  fc.assert(
    fc.property(damaged, size, (text, by) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      const { json } = read(text, by);
      expect(json.isDone && json.problem === undefined).toBe(isJson);
    }),
  );
});

test.each([
  ['[1, 2 3]', { message: 'expected a comma or the end of the list', line: 1, column: 7 }],
  ['{"a":\n  nul}', { message: 'expected true, false or null', line: 2, column: 6 }],
  ['{"a":1}\n{', { message: 'expected nothing more', line: 2, column: 1 }],
  ['[01]', { message: 'expected a number', line: 1, column: 4 }],
])('%j stops where it is wrong', (text, problem) => {
  for (const by of [1, 3, 100]) expect(read(text, by).json.problem).toEqual(problem);
});

test('lists in each other and long strings do not take memory without end', () => {
  expect(read('['.repeat(100_000), 4096).json.problem?.message).toContain('256 deep');
  const { value } = read(`"${'a'.repeat(3 << 20)}"`, 65536);
  expect(String(value).length).toBeLessThanOrEqual(1 << 20);
});
