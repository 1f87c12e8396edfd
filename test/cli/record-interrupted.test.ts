/** Recordings that end otherwise than their program wanted: what was captured is kept, and tells a story. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, type TestContext, test } from 'vitest';
import { ROOT } from '../support/paths.ts';
import { memtool } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-interrupted-'));
afterAll(() => rmSync(scratch, { recursive: true }));

interface Recording {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly folder: string;
}

/** Signals come again until memtool ends: on a busy machine two of them can be handled as one. */
const AGAIN_MS = 600;

/**
 * Records a shell script that says `ready`, and then sends a signal.
 *
 * @param to `group`: to memtool and all that it started, as a terminal does.
 * @param times the signal is sent again from the second time on until memtool ends.
 */
async function record(
  name: string,
  script: string,
  options: readonly string[] = [],
  signal?: { readonly name: NodeJS.Signals; readonly to: 'group' | 'memtool'; times: 1 | 2 },
): Promise<Recording> {
  const folder = path.join(scratch, name);
  const argv = [`${ROOT}bin/run.js`, 'record', '-o', folder, ...options, '--', 'sh', '-c', script];
  // A process group of its own, as each job of a shell has.
  const child = spawn(process.execPath, argv, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close');
  const isReady = new Promise((resolve) => {
    child.stdout.setEncoding('utf8').on('data', resolve);
  });
  if (signal) {
    await Promise.race([isReady, ended]);
    const target = signal.to === 'group' ? -child.pid! : child.pid!;
    for (let i = 0; child.exitCode === null && child.signalCode === null; i++) {
      if (i < 1 || signal.times > 1) process.kill(target, signal.name);
      await Promise.race([ended, sleep(AGAIN_MS)]);
    }
  }
  const [exitCode] = await ended;
  return { exitCode, stderr, folder };
}

/** What `memtool explain FOLDER` reads of a recording. */
async function readable({ folder }: Recording, context: TestContext) {
  const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8'));
  const notes: string[] = manifest.notes;
  if (notes.some((note) => note.includes('could not trace'))) context.skip();
  const { stdout, exitCode } = await memtool(['explain', folder, '--json']);
  expect(exitCode).toBe(0);
  const { result } = JSON.parse(stdout);
  const captures: string[] = result.captures.map((one: { name: string }) =>
    path.basename(one.name),
  );
  return { manifest, notes, captures, result };
}

/** Half a second, so that there is something to be seen; then the shell becomes what is left. */
const ENDLESS = 'sleep 0.5; echo ready; exec sleep 60';
/** Nothing but SIGKILL ends it, nor its children. */
const DEAF = 'trap "" INT TERM; sleep 0.5; echo ready; while :; do sleep 1; done';

describe.concurrent('without strace', () => {
  test('Ctrl-C ends the program, and memtool keeps its map', async (context) => {
    const signal = { name: 'SIGINT', to: 'group', times: 1 } as const;
    const recording = await record('plain', ENDLESS, ['--no-strace'], signal);
    expect(recording.exitCode).toBe(128 + 2);
    const { manifest, captures } = await readable(recording, context);
    expect(manifest.signal).toBe('SIGINT');
    expect(captures).toContain('end.smaps.txt');
  });

  test('the second Ctrl-C ends a program that does not listen to the first', async (context) => {
    const signal = { name: 'SIGINT', to: 'group', times: 2 } as const;
    const recording = await record('plain-deaf', DEAF, ['--no-strace'], signal);
    expect(recording.exitCode).toBe(128 + 9);
    expect((await readable(recording, context)).captures).toContain('end.smaps.txt');
  });
});

describeWith(['strace'], 'with strace', () => {
  describe.concurrent('a recording is kept', () => {
    test('after Ctrl-C', async (context) => {
      const signal = { name: 'SIGINT', to: 'group', times: 1 } as const;
      const recording = await record('int', ENDLESS, [], signal);
      expect(recording.exitCode).toBe(128 + 2);
      const { manifest, captures, result } = await readable(recording, context);
      expect(manifest.signal).toBe('SIGINT');
      expect(captures).toEqual(expect.arrayContaining(['end.smaps.txt', 'strace.log']));
      expect(result.mapAndLog.degree).toBe('process');
    });

    test('after a SIGTERM to memtool alone', async (context) => {
      const signal = { name: 'SIGTERM', to: 'memtool', times: 1 } as const;
      const recording = await record('term', ENDLESS, [], signal);
      expect(recording.exitCode).toBe(128 + 15);
      const { captures } = await readable(recording, context);
      expect(captures).toEqual(expect.arrayContaining(['end.smaps.txt', 'strace.log']));
    });

    test('after two Ctrl-C at a program that ignores them', async (context) => {
      const signal = { name: 'SIGINT', to: 'group', times: 2 } as const;
      const recording = await record('deaf', DEAF, [], signal);
      expect(recording.exitCode).toBe(128 + 9);
      const { captures } = await readable(recording, context);
      expect(captures).toEqual(expect.arrayContaining(['end.smaps.txt', 'strace.log']));
    });

    test('after --timeout of a program that ignores SIGTERM', async (context) => {
      const recording = await record('deaf-timeout', DEAF, ['--timeout', '1s']);
      expect(recording.exitCode).toBe(128 + 9);
      const { manifest, captures } = await readable(recording, context);
      expect(manifest.signal).toBe('SIGKILL');
      expect(captures).toContain('strace.log');
    });

    test('of a program that crashes', async (context) => {
      const recording = await record('crash', 'sleep 0.5; kill -SEGV $$');
      expect(recording.exitCode).toBe(128 + 11);
      const { manifest, captures } = await readable(recording, context);
      expect(manifest.signal).toBe('SIGSEGV');
      expect(captures).toEqual(expect.arrayContaining(['end.smaps.txt', 'strace.log']));
    });

    test('of a program that has ended and left a child, until --timeout', async (context) => {
      const recording = await record('child', '(sleep 60 &) ; exit 3', ['--timeout', '1s']);
      expect(recording.exitCode).toBe(3);
      const { captures, result } = await readable(recording, context);
      expect(captures).toContain('strace.log');
      expect(result.snapshots.length).toBeGreaterThan(0);
    });

    test('without a second run when the first was interrupted', async (context) => {
      const signal = { name: 'SIGINT', to: 'group', times: 1 } as const;
      const recording = await record('no-second', ENDLESS, ['--heaptrack'], signal);
      expect(recording.exitCode).toBe(128 + 2);
      const { notes, captures } = await readable(recording, context);
      expect(notes.join()).toMatch(/no second run under heaptrack|heaptrack is not installed/);
      expect(captures.some((name) => name.startsWith('heaptrack'))).toBe(false);
    });
  });
});
