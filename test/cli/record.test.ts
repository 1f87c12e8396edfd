/** Recordings of real programs, where strace may trace them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { memtool } from '../support/run-program.ts';
import { SCHEMAS } from '../support/schemas.ts';
import { describeWith } from '../support/tools.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-record-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(`${scratch}/${folder}/manifest.json`, 'utf8'));

const record = (folder: string, ...argv: string[]) =>
  memtool(['record', '-o', `${scratch}/${folder}`, ...argv]);

describe('without strace', () => {
  test('output and exit code pass through', async () => {
    const run = await record('plain', '--no-strace', '--', 'sh', '-c', 'echo out; exit 7');
    expect(run).toMatchObject({ stdout: 'out\n', exitCode: 7 });
    expect(manifestOf('plain')).toMatchObject({ exitCode: 7, signal: null });
  });

  test('the document is that of its schema', async () => {
    const run = await record('document', '--no-strace', '--json', '--', 'true');
    const document = JSON.parse(run.stdout);
    expect(SCHEMAS.record.parse(document)).toEqual(document);
    expect(document.result.folder).toBe(`${scratch}/document`);
  });

  test('a signal ends as in a shell', async () => {
    const run = await record('killed', '--no-strace', '--', 'sh', '-c', 'kill -TERM $$');
    expect(run.exitCode).toBe(128 + 15);
    expect(manifestOf('killed').signal).toBe('SIGTERM');
  });

  test('a program that does not end is ended, and what was captured is kept', async () => {
    const run = await record('endless', '--no-strace', '--timeout', '400ms', '--', 'sleep', '60');
    expect(run.exitCode).toBe(128 + 15);
    const names = manifestOf('endless').files.map(({ name }: { name: string }) => name);
    expect(names).toContain('end.smaps.txt');
    const shown = await memtool(['pmap', `${scratch}/endless/end.smaps.txt`]);
    expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('what malloc has is kept before a signal that ends the program', async () => {
    const program = ['sh', '-c', 'read line < /dev/zero', '--'];
    await record('ended', '--no-strace', '--timeout', '400ms', '--', ...program);
    expect(manifestOf('ended').signal).toBe('SIGTERM');
    const [map, heap] = ['smaps.txt', 'heap.json'].map((name) =>
      statSync(`${scratch}/ended/end.${name}`),
    );
    expect(heap!.size).toBeGreaterThan(1000);
    expect(heap!.mtimeMs).toBeGreaterThanOrEqual(map!.mtimeMs);
    const story = await memtool(['explain', `${scratch}/ended`]);
    expect(story.stdout).toMatch(/heap account +one process: .*they were taken together/);
  });

  test('a program that is not there', async () => {
    expect(await record('missing', '--', '/no/such/program')).toMatchObject({ exitCode: 127 });
  });

  test('a folder that holds something is not written into', async () => {
    await record('twice', '--no-strace', '--', 'true');
    expect(await record('twice', '--no-strace', '--', 'true')).toMatchObject({ exitCode: 2 });
  });
});

describeWith(['strace', 'heaptrack'], 'a program that reads its input', () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join('');
  const program = ['sort', '--buffer-size=1M', '--parallel=1'];

  test('reads the same from a pipe in both runs', async () => {
    const folder = `${scratch}/piped`;
    const run = await memtool(['record', '--heaptrack', '-o', folder, '--', ...program], {
      stdin: Buffer.from(lines),
    });
    expect(run.stdout).toContain('line 9999\n');
    expect(manifestOf('piped').notes).toEqual([]);
    const { stdout } = await memtool(['heaptrack', folder, '--json']);
    // It reads into a buffer of this size; without input it has none.
    expect(JSON.parse(stdout).result.totals.peakBytes).toBeGreaterThan(1_000_000);
    expect(existsSync(`${folder}/.stdin`)).toBe(false);
  });
});

describe('a running process', () => {
  const child = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] });
  afterAll(() => child.kill());

  test('is captured as it is, and goes on', async () => {
    const run = await record('running', '--pid', String(child.pid), '--core');
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toContain(`process  ${child.pid}, which goes on`);
    const { files, command, exitCode } = manifestOf('running');
    expect({ command, exitCode }).toEqual({ command: ['cat'], exitCode: null });
    const names = files.map(({ name }: { name: string }) => name);
    for (const name of ['now.smaps.txt', 'now.status.txt', 'now.core']) {
      expect(names).toContain(name);
      expect(statSync(`${scratch}/running/${name}`).mode & 0o777).toBe(0o600);
    }
    const story = await memtool(['explain', `${scratch}/running`]);
    expect(story.stdout).toContain('now.smaps.txt');

    const echo = once(child.stdout, 'data');
    child.stdin.write('still here');
    expect(String(await echo)).toBe('still here');
  });

  test('that is gone, and neither a process nor a program', async () => {
    expect(await record('gone', '--pid', '99999999')).toMatchObject({ exitCode: 42 });
    expect(existsSync(`${scratch}/gone`)).toBe(false);
    expect(await record('none')).toMatchObject({ exitCode: 2 });
    expect(await record('both', '--pid', '1', 'true')).toMatchObject({ exitCode: 2 });
  });
});

describeWith(['strace'], 'with strace', () => {
  test('the map is that of the process as it ends', async (context) => {
    const run = await record('traced', '--', 'cat', '/proc/self/cmdline');
    const { files, notes, pid } = manifestOf('traced');
    if (notes.some((note: string) => note.includes('could not trace'))) return context.skip();
    expect(run).toMatchObject({ exitCode: 0, stdout: 'cat\0/proc/self/cmdline\0' });
    const names = files.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['strace.log', 'end.smaps.txt']));
    const map = readFileSync(`${scratch}/traced/end.smaps.txt`, 'utf8');
    expect(map).toContain('/cat\n');
    const log = await memtool(['strace', `${scratch}/traced/strace.log`, '--json']);
    const { spaces } = JSON.parse(log.stdout).result;
    expect(spaces.map((space: { pid: number }) => space.pid)).toEqual([pid]);
    // What the log says of the heap is what the kernel says.
    const heap = /^([0-9a-f]+)-([0-9a-f]+) .*\[heap\]$/m.exec(map)!;
    expect(spaces[0].heap.start).toBe(`0x${heap[1]}`);
    expect(spaces[0].heap.end).toBe(`0x${heap[2]}`);
  });

  test('the account of its heap and a core are of the same moment', async (context) => {
    const run = await record(
      'held',
      '--core',
      '--hold',
      '2s',
      '--',
      'dd',
      'if=/dev/zero',
      'of=/dev/null',
      'bs=16M',
      'count=1',
    );
    const { notes } = manifestOf('held');
    if (notes.some((note: string) => note.includes('could not trace'))) return context.skip();
    expect({ exitCode: run.exitCode, notes }).toEqual({ exitCode: 0, notes: [] });
    const kept = JSON.parse(readFileSync(`${scratch}/held/end.heap.json`, 'utf8')).result.glibc;
    const core = await memtool(['heap', `${scratch}/held/end.core`, '--json']);
    expect(core.stderr).toBe('');
    const inCore = JSON.parse(core.stdout).result.glibc;
    // Pages of zeroes lie in RAM, and not in a core.
    const { systemBytes, live, binned, topBytes } = kept;
    expect(inCore).toMatchObject({ systemBytes, live, binned, topBytes });
    expect(inCore.mapped.bytes).toBeGreaterThan(16 * 1024 * 1024);
  });
});
