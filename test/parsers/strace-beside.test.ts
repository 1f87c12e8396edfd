/** A log that is read in a thread of its own gives the same as one that is read here. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Diagnostics } from '../../src/diagnostics/diagnostic.ts';
import type { SyscallEvent } from '../../src/model/syscall-trace.ts';
import { EventReader, EventWriter } from '../../src/parsers/strace/event-records.ts';
import { parseStrace } from '../../src/parsers/strace/parse.ts';
import { parseBeside } from '../../src/parsers/strace/parse-beside.ts';
import { FIXTURES, openFixture } from '../support/fixtures.ts';

const LOGS = FIXTURES.map(({ path: file }) => file).filter((file) => file.endsWith('.log'));

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-beside-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function collector() {
  const diagnostics = new Diagnostics('log');
  const events: SyscallEvent[] = [];
  const fold = { step: (event: SyscallEvent) => events.push(event), finish: () => undefined };
  return { diagnostics, events, context: { diagnostics, syscallFolds: [fold], heap: {} } };
}

async function eventsOf(file: string) {
  const { events, context } = collector();
  await parseStrace((await openFixture(file))!, context);
  return events;
}

test('events are the same behind their bytes, however those are cut', async () => {
  const events = (await Promise.all(LOGS.map(eventsOf))).flat();
  expect(new Set(events.map(({ call }) => call)).size).toBeGreaterThan(8);
  const written: Uint8Array[] = [];
  const writer = new EventWriter((bytes) => written.push(bytes.slice()));
  for (const event of events) writer.step(event);
  writer.finish();
  const bytes = new Uint8Array(Buffer.concat(written));
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), (records) => {
      const read: SyscallEvent[] = [];
      const reader = new EventReader((event) => read.push(event));
      for (let at = 0; at < bytes.length; at += records * 64) {
        reader.read(bytes.subarray(at, at + records * 64));
      }
      expect(read).toEqual(events);
    }),
    { numRuns: 10 },
  );
});

test('texts without end go over, too', () => {
  const events = Array.from({ length: 10_000 }, (_, i): SyscallEvent => {
    const program = `/bin/program-${i % 3 === 0 ? i % 30 : i}`;
    return { pid: 7, line: i + 1, time: undefined, call: 'execve', program };
  });
  const read: SyscallEvent[] = [];
  const reader = new EventReader((event) => read.push(event));
  const writer = new EventWriter((bytes) => reader.read(bytes));
  for (const event of events) writer.step(event);
  writer.finish();
  expect(read).toEqual(events);
});

test('a log longer than the ring, with all that can be wrong in it', async () => {
  const file = path.join(scratch, 'long.log');
  const texts = LOGS.map((log) => readFileSync(log, 'latin1').replace(/\n?$/, '\n'));
  writeFileSync(file, Buffer.from(texts.join('').repeat(8), 'latin1'));
  const here = collector();
  const trace = await parseStrace((await openFixture(file))!, here.context);
  const beside = collector();
  const input = (await openFixture(file))!;
  expect(await parseBeside(input.plain!, 'log', beside.context)).toEqual(trace);
  expect(beside.events).toEqual(here.events);
  expect(beside.diagnostics.list()).toEqual(here.diagnostics.list());
  expect(beside.diagnostics.counts()).toEqual(here.diagnostics.counts());
});
