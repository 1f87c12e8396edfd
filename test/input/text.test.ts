/** Captures that are one document. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { decodeInput } from '../../src/input/input.ts';
import { RawBytes } from '../../src/input/raw-bytes.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-text-'));
afterAll(() => rmSync(scratch, { recursive: true }));

async function read(bytes: Uint8Array, limit?: number) {
  const file = path.join(scratch, 'document');
  writeFileSync(file, bytes);
  const diagnostics = new Diagnostics(file);
  const raw = RawBytes.open(file);
  const input = await decodeInput({ name: file, process: undefined, raw }, diagnostics, () => {});
  const text = await input!.text(limit);
  await input!.close();
  raw.close();
  return { text, codes: diagnostics.list().map(({ code }) => code) };
}

// Longer than what is read at a time, with characters of several bytes on every border.
const DOCUMENT = JSON.stringify({
  names: Array.from({ length: 90_000 }, (_, i) => `grüße ${i} €`),
});

test.each([
  ['plain', Buffer.from(DOCUMENT)],
  ['compressed', gzipSync(DOCUMENT)],
  ['in UTF-16', Buffer.from(`\ufeff${DOCUMENT}`, 'utf16le')],
])('a document is one text, %s', async (_, bytes) => {
  expect(await read(bytes)).toEqual({ text: DOCUMENT, codes: [] });
});

test('one beyond the limit is refused, and it is said', async () => {
  const limit = Buffer.from(DOCUMENT).length;
  expect(await read(Buffer.from(DOCUMENT), limit)).toEqual({ text: DOCUMENT, codes: [] });
  const codes = ['input/document-too-long'];
  expect(await read(Buffer.from(DOCUMENT), limit - 1)).toEqual({ text: undefined, codes });
  expect(await read(gzipSync(DOCUMENT), limit - 1)).toEqual({ text: undefined, codes });
});

test('what another reader gives as its chunks is its text', async () => {
  const file = path.join(scratch, 'other');
  writeFileSync(file, 'the first part');
  const raw = RawBytes.open(file);
  const origin = { name: file, process: undefined, raw };
  const input = await decodeInput(origin, new Diagnostics(file), () => {});
  async function* chunks() {
    yield Buffer.from('all ');
    yield Buffer.from('parts');
  }
  expect(await { ...input!, chunks }.text()).toBe('all parts');
  await input!.close();
  raw.close();
});
