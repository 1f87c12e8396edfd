/** What valgrind and heaptrack record of one program here and now, read and compared. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dhat } from '../../src/parsers/dhat/dhat.ts';
import { massif } from '../../src/parsers/massif/massif.ts';
import { xtree } from '../../src/parsers/xtree/xtree.ts';
import { readProfile } from '../support/read-profile.ts';
import { runCommand } from '../support/run-command.ts';
import { run } from '../support/run-program.ts';
import { describeWith } from '../support/tools.ts';

/** A buffer that is never used, an array that doubles, and blocks of which every second is never freed. */
const PROGRAM = `
#include <stdlib.h>
#include <string.h>
static void *volatile sink;
static char *unused(void) { return malloc(100000); }
static char *payload(int i) { char *p = malloc(40); memset(p, i, 40); return p; }
int main(void) {
  char *buffer = unused();
  char **all = 0;
  for (int i = 0, room = 0; i < 256; i++) {
    if (i == room) all = realloc(all, (room = room ? room * 2 : 4) * sizeof *all);
    all[i] = payload(i);
  }
  for (int i = 0; i < 256; i += 2) free(all[i]);
  sink = all[1];
  free(all);
  free(buffer);
  return 0;
}
`;

const folder = mkdtempSync(path.join(tmpdir(), 'memtool-valgrind-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string) => path.join(folder, name);

describeWith(['gcc', 'valgrind'], 'valgrind', () => {
  beforeAll(async () => {
    writeFileSync(file('program.c'), PROGRAM);
    const source = file('program.c');
    expect((await run('gcc', ['-g', '-O0', '-o', file('program'), source])).exitCode).toBe(0);
    for (const flags of [
      ['--tool=dhat', `--dhat-out-file=${file('dhat.json')}`],
      ['--tool=massif', '--peak-inaccuracy=0', `--massif-out-file=${file('massif.out')}`],
      ['--xtree-memory=full', `--xtree-memory-file=${file('xtree.ms')}`],
      ['--xtree-memory=full', `--xtree-memory-file=${file('xtree.kcg')}`],
    ]) {
      expect((await run('valgrind', [...flags, file('program')])).exitCode).toBe(0);
    }
  }, 60_000);

  test('DHAT, massif and XTrees agree on what the program did', async () => {
    const [found, overTime, tree, lines] = [
      await readProfile(dhat, file('dhat.json')),
      await readProfile(massif, file('massif.out')),
      await readProfile(massif, file('xtree.ms')),
      await readProfile(xtree, file('xtree.kcg')),
    ];
    // 100000, 256 payloads, and the array at its largest.
    const peak = 100_000 + 256 * 40 + 256 * 8;
    expect(found.totals).toMatchObject({ peak, leaked: 128 * 40, calls: 1 + 256 + 7 });
    expect(overTime.totals.peak).toBe(peak);
    for (const { totals } of [tree, lines]) {
      expect(totals).toMatchObject({
        leaked: 128 * 40,
        calls: 1 + 256 + 7,
        allocated: found.totals.allocated,
      });
    }
  });

  test('the report says in words what became of blocks', async () => {
    const { stdout } = await runCommand('heap', file('dhat.json'), '--bytes', '--uses');
    expect(stdout).toMatch(/never used: neither read nor written\n.*\n *100000 +100000 +unused/);
    expect(stdout).toMatch(/Written and never read\n.*\n *10240 +10240 +payload/);
    expect(stdout).toMatch(/which doubled\n.*\n *≈ 1 +≈ 7 +≈ 32 +≈ 2048 +main/);
    const only = await runCommand(
      'heap',
      file('dhat.json'),
      '--only',
      'never-used',
      '--by',
      'place',
    );
    expect(only.stdout).toContain('unused');
    expect(only.stdout).not.toContain('payload');
  });

  test('massif and DHAT are compared by what both have, and a word says what differs', async () => {
    const { stdout, exitCode } = await runCommand(
      'heap',
      file('massif.out'),
      file('dhat.json'),
      '--bytes',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/peak heap +112288 +112288 +0/);
    expect(stdout).not.toContain('allocation calls');
    expect(stdout).toContain('massif may miss the peak');
    expect(stdout).toContain('DHAT counts a realloc as');
  });
});

describeWith(['gcc', 'valgrind', 'heaptrack'], 'heaptrack and DHAT', () => {
  test('have the same stacks of one program', async () => {
    writeFileSync(file('program.c'), PROGRAM);
    await run('gcc', ['-g', '-O0', '-o', file('program'), file('program.c')]);
    await run('heaptrack', ['-o', file('recording'), file('program')]);
    const recording = readdirSync(folder).find((name) => name.startsWith('recording'))!;
    await run('valgrind', ['--tool=dhat', `--dhat-out-file=${file('dhat.json')}`, file('program')]);
    const { stdout } = await runCommand(
      'heap',
      file(recording),
      file('dhat.json'),
      '--bytes',
      '--sort',
      'peak',
    );
    // What the program itself holds is equal; heaptrack's own library brings another pool.
    expect(stdout).not.toMatch(/[+-]\d+ .*(?:unused|payload)/);
    expect(stdout).toMatch(/peak heap +184992 +112288 +-72704/);
  }, 60_000);
});
