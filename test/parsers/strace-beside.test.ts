/** A log that is read in a thread of its own gives the same as one that is read here. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import { RECORD_BYTES } from '../../src/model/record-layout.ts';
import { EventReader } from '../../src/parsers/strace/event-reader.ts';
import { parseStrace, scanStrace } from '../../src/parsers/strace/parse.ts';
import { parseInWorker } from '../../src/parsers/strace/parse-in-worker.ts';
import { FIXTURES, openFixture } from '../support/fixtures.ts';
import { KeptEvents, textInput } from '../support/strace.ts';

const LOGS = FIXTURES.map(({ path: file }) => file).filter((file) => file.endsWith('.log'));

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-beside-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function collector() {
  const diagnostics = new Diagnostics('log');
  const kept = new KeptEvents();
  const context = { diagnostics, asked: { folds: [kept] } };
  return { diagnostics, events: kept.events, context };
}

test.each(LOGS)('events of %s are the same, however their records are cut', async (file) => {
  const { events, context, diagnostics } = collector();
  await parseStrace((await openFixture(file))!, context);
  const written: Uint8Array[] = [];
  await scanStrace((await openFixture(file))!, diagnostics, (records) => {
    written.push(records.slice());
  });
  const bytes = new Uint8Array(Buffer.concat(written));
  for (const records of [1, 2, 3, 1000]) {
    const kept = new KeptEvents();
    const reader = new EventReader([kept]);
    for (let at = 0; at < bytes.length; at += records * RECORD_BYTES) {
      reader.read(bytes.subarray(at, at + records * RECORD_BYTES));
    }
    reader.finish();
    expect(kept.events).toEqual(events);
  }
});

test('texts without end go over, too', async () => {
  const outcomes = Array.from(
    { length: 10_000 },
    (_, i) => `killed by SIGNAL_${i % 3 === 0 ? i % 30 : i}`,
  );
  const { events, context } = collector();
  const lines = outcomes.map((outcome) => `7 +++ ${outcome} +++\n`);
  await parseStrace(textInput(lines.join('')), context);
  expect(events.map((event) => event.call === 'exit' && event.outcome)).toEqual(outcomes);
});

test('a log longer than the ring, with all that can be wrong in it', async () => {
  const file = path.join(scratch, 'long.log');
  const texts = LOGS.map((log) => readFileSync(log, 'latin1').replace(/\n?$/, '\n'));
  writeFileSync(file, Buffer.from(texts.join('').repeat(8), 'latin1'));
  const here = collector();
  const trace = await parseStrace((await openFixture(file))!, here.context);
  const beside = collector();
  const input = (await openFixture(file))!;
  expect(await parseInWorker(input.plain!, 'log', beside.context)).toEqual(trace);
  expect(beside.events).toEqual(here.events);
  expect(beside.diagnostics.list()).toEqual(here.diagnostics.list());
  expect(beside.diagnostics.counts()).toEqual(here.diagnostics.counts());
});
