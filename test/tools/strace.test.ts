/** Logs that the strace of this machine writes, with many options: every line must be understood. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ReplayFold } from '../../src/analysis/replay/replay.ts';
import { ingest } from '../../src/ingest/ingest.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

const OPTIONS = [
  '',
  '-f',
  '-f -t',
  '-f -tt -T',
  '-f -ttt',
  '-f -r',
  '-f -r -tt',
  '-f -i',
  '-f -n',
  '-f -y',
  '-f -yy',
  '-f -Y',
  '-f -v -s 200',
  '-f -X raw',
  '-f -X verbose',
  '-f -e trace=%memory',
  '-f -e raw=all',
  '-f -e read=all',
  '-f -a 1',
  '-f -C',
  '-f -C -U calls,errors,name',
  '-f -z',
  '-f --syscall-times=ns --timestamps=unix,ns',
  '-f --relative-timestamps=ns',
  '-f -q',
  '-f -k -e trace=%memory',
];

/** Node has a dozen threads, all in one address space. */
describeWith(['strace'], 'a run of several threads, in one file each', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-strace-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each(['', '-tt', '-ttt'])('strace -ff %s', async (time) => {
    const log = path.join(scratch, `log${time}`);
    const words = ['-ff', ...(time ? [time] : []), '-o', log, process.execPath, '-e', '0'];
    const traced = await run('strace', words);
    expect(traced.exitCode, traced.stderr).toBe(0);
    const source = readdirSync(scratch)
      .filter((file) => file.startsWith(`log${time}.`))
      .map((file) => path.join(scratch, file));
    expect(source.length).toBeGreaterThan(3);

    const replay = new ReplayFold();
    const request = {
      source,
      wants: 'syscall-trace',
      asks: { 'syscall-trace': { folds: [replay] } },
    } as const;
    const { capture, diagnostics } = await ingest(request);
    expect([...diagnostics.counts().keys()]).toEqual(time ? [] : ['strace/parts-without-time']);
    expect(capture!.artifact.lines.unrecognised).toBe(0);
    expect(capture!.artifact.taskCount).toBe(source.length);
    expect(replay.finish().spaces.map(({ taskCount }) => taskCount)).toEqual([source.length]);
  });
});

describeWith(['strace', 'sh', 'ls', 'sort'], 'a fresh log of a pipeline', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-strace-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  test.each(OPTIONS)('strace %s', async (options) => {
    const log = path.join(scratch, 'strace.log');
    const words = options.split(' ').filter((word) => word !== '');
    const command = ['sh', '-c', 'ls src | sort; (exit 3)'];
    const traced = await run('strace', [...words, '-o', log, ...command]);
    // strace passes the exit code of the command through; anything else means it may not trace.
    expect(traced.exitCode, traced.stderr).toBe(3);

    const replay = new ReplayFold();
    const request = {
      source: log,
      wants: 'syscall-trace',
      asks: { 'syscall-trace': { folds: [replay] } },
    } as const;
    const { capture, diagnostics } = await ingest(request);
    expect(diagnostics.list()).toEqual([]);
    expect(capture!.artifact.lines.unrecognised).toBe(0);
    expect(replay.finish().spaces.length).toBeGreaterThan(0);
  });
});
