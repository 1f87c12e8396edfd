/** Recordings whose compressed stream is damaged in the middle. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ingest } from '../../src/ingest/ingest.ts';
import { ROOT } from '../support/paths.ts';

const SEED = `${ROOT}fixtures/stories/seed/heaptrack.zst`;

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-damaged-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const read = (source: string) => ingest({ source, wants: 'heap-profile' });

test('events behind the first record that cannot be read are not counted', async () => {
  const bytes = readFileSync(SEED);
  // A bit that the decoder takes for data: it notices at the checksum, behind thousands of wrong events.
  bytes[20_417]! ^= 0x10;
  const file = path.join(scratch, 'flipped.zst');
  writeFileSync(file, bytes);
  const [sound, damaged] = [await read(SEED), await read(file)];
  const counts = damaged.diagnostics.counts();
  expect([...counts.keys()].sort()).toEqual(['heaptrack/damaged', 'input/corrupt']);
  expect(counts.get('heaptrack/damaged')).toBe(1);
  const totals = damaged.capture!.artifact.totals;
  const truth = sound.capture!.artifact.totals;
  expect(totals.calls).toBeGreaterThan(90_000);
  expect(totals.calls).toBeLessThan(truth.calls!);
  expect(totals.peak).toBeLessThanOrEqual(truth.peak!);
  expect(totals.peakResident).toBeLessThanOrEqual(truth.peakResident!);
});
