/** Programs in the place of heaptrack_interpret, good and bad ones. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { findInterpreter, interpret } from '../../src/ingest/heaptrack-interpreter.ts';
import { ingest } from '../../src/ingest/ingest.ts';

const OVERRIDE = 'MEMTOOL_HEAPTRACK_INTERPRET';
const RECORDING = 'fixtures/heaptrack/raw/input.zst';

const scratch = mkdtempSync(`${tmpdir()}/memtool-interpreter-`);
afterAll(() => rmSync(scratch, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

function program(name: string, script: string): string {
  const file = `${scratch}/${name}`;
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

const text = (answer: Awaited<ReturnType<typeof interpret>>) =>
  'output' in answer ? Buffer.concat(answer.output).toString() : answer.failure;

describe('an interpreter', () => {
  test('gets the records and no server to ask, and is read to its end', async () => {
    vi.stubEnv(OVERRIDE, program('echo', 'echo "[$DEBUGINFOD_URLS]"; cat'));
    vi.stubEnv('DEBUGINFOD_URLS', 'http://example.invalid');
    const many = Array.from({ length: 5000 }, (_, i) => Buffer.from(`t ${i.toString(16)} 0\n`));
    expect(text(await interpret(many, []))).toBe(`[]\n${Buffer.concat(many)}`);
  });

  test.each([
    [
      'fails',
      'cat >/dev/null; echo first >&2; echo no memory >&2; exit 3',
      'exit code 3 (no memory)',
    ],
    ['does not read', 'exit 0', ''],
    ['is killed', 'kill -SEGV $$', 'SIGSEGV'],
    ['hangs', 'exec sleep 100', 'said nothing for 0.5 s'],
  ])('that %s is no harm', async (name, script, message) => {
    vi.stubEnv(OVERRIDE, program(name, script));
    const records = Array.from({ length: 100 }, () => new Uint8Array(10_000));
    expect(text(await interpret(records, [], { silenceMs: 500 }))).toContain(message);
  });

  test('that writes without end is stopped', async () => {
    vi.stubEnv(OVERRIDE, program('endless', 'cat >/dev/null; exec yes'));
    const answer = await interpret([], [], { maxBytes: 1024 * 1024 });
    expect(text(answer)).toContain('wrote more than 1 MiB');
  });

  test('reads regular files only', async () => {
    vi.stubEnv(OVERRIDE, program('reads', 'cat'));
    expect(text(await interpret([], [`${scratch}/gone`, '/dev/null']))).toBe(
      '/dev/null is no regular file',
    );
    expect(text(await interpret([], [`${scratch}/gone`, `${scratch}/reads`, 'a\0b']))).toBe('');
  });

  test('that is not there is no harm', async () => {
    vi.stubEnv(OVERRIDE, `${scratch}/nothing`);
    expect(text(await interpret([], []))).toContain('cannot be run');
  });

  test('that tells nonsense leaves the recording as it is, with a note', async () => {
    vi.stubEnv(OVERRIDE, program('nonsense', 'cat >/dev/null; echo hello'));
    const { capture, diagnostics } = await ingest({
      source: RECORDING,
      wants: 'heap-profile',
    });
    expect(diagnostics.list()).toMatchObject([{ code: 'heaptrack/not-symbolised' }]);
    expect(capture!.artifact.totals.calls).toBe(29);
  });

  test('is not started where names are not wanted, nor for an interpreted recording', async () => {
    vi.stubEnv(OVERRIDE, program('never', 'exit 1'));
    for (const request of [
      { source: RECORDING, asks: { 'heap-profile': { symbolise: false } } },
      { source: 'fixtures/heaptrack/vec-growth/input.zst' },
    ]) {
      const { diagnostics } = await ingest({ ...request, wants: 'heap-profile' });
      expect(diagnostics.list()).toEqual([]);
    }
  });
});

test('the interpreter is found beside heaptrack, wherever that is linked from', () => {
  for (const folder of ['bin', 'lib/heaptrack/libexec', 'links']) {
    mkdirSync(`${scratch}/${folder}`, { recursive: true });
  }
  program('bin/heaptrack', 'exit 0');
  const interpreter = program('lib/heaptrack/libexec/heaptrack_interpret', 'exit 0');
  symlinkSync(`${scratch}/bin/heaptrack`, `${scratch}/links/heaptrack`);
  expect(findInterpreter({ PATH: `/nowhere:${scratch}/links` })).toBe(interpreter);
  expect(findInterpreter({ PATH: `${scratch}/links`, [OVERRIDE]: '' })).toBeUndefined();
  expect(findInterpreter({ [OVERRIDE]: '/somewhere' })).toBe('/somewhere');
});
