/**
 * What CONTRIBUTING.md promises: a format is one folder and one line in the registry. Two that nobody
 * writes, of models that exist, go through reports, JSON and the terminal program with the columns that
 * they have, and no guess from another tool or system.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Format } from '../../src/parsers/format.ts';
import { heapSchema } from '../../src/results/heap/schema.ts';
import { documentSchema } from '../../src/results/schema.ts';
import { runCommand } from '../support/run-command.ts';
import { SCHEMAS } from '../support/schemas.ts';
import { frameText, pressed, programOf, session } from '../support/tui-session.ts';

/** The registry with one line more for each. */
vi.mock('../../src/parsers/index.ts', async (original) => {
  const { FORMATS } = (await original()) as { readonly FORMATS: readonly Format[] };
  const { heapMoments } = await import('./heap-moments/heap-moments.ts');
  const { planMap } = await import('./plan-map/plan-map.ts');
  return { FORMATS: [...FORMATS, heapMoments, planMap] };
});

const scratch = mkdtempSync(path.join(tmpdir(), 'memtool-formats-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function written(name: string, ...lines: readonly string[]): string {
  const file = path.join(scratch, name);
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const HEAP = written(
  'demo.moments',
  'heap-moments 1',
  'at 1.5',
  '4096 main;load;grow',
  '1024 main;parse',
  'at 4',
  '512 main;load;grow',
);

const LATER = written(
  'later.moments',
  'heap-moments 1',
  'at 1',
  '8192 main;load;grow',
  'at 3',
  '1 main',
);

const MAP = written(
  'demo.map',
  'plan-map 1',
  '100000 110000 r-xp 4 /bin/demo',
  '110000 210000 rw-p 50 ',
  '7f0000000000 7f0000004000 r--p 1 ',
  '7f0000004000 7f0000008000 r-xp 1 ',
  '7f0000100000 7f0000104000 ---p 0 ',
  '7f0000104000 7f0000904000 rw-p 3 BLOCKS',
  '7f0001000000 7f0001010000 r-xp 2 /lib/libc.so.6',
);

/** Words of Linux, glibc or a recorder that neither capture has anything of. */
const FOREIGN = /heaptrack|brk|vdso|vvar|malloc|glibc|thread|guard|loader|temporary|NaN|undefined/i;

const OF_HEAPS = documentSchema('heap', heapSchema);
const { map: OF_MAPS } = SCHEMAS;

describe('a heap profile of a tool that records bytes alone', () => {
  test('is reported with its own columns', async () => {
    const screen = await runCommand('heap', HEAP, '--bytes');
    expect([screen.stderr, screen.exitCode]).toEqual(['', 0]);
    expect(screen.stdout).toMatch(/^4.00 s · momenter 0.9 · /);
    expect(screen.stdout).toMatch(/peak heap +at least 5120 after 1.50 s\n/);
    expect(screen.stdout).toMatch(
      /at peak +share +leaked +line.*\n +4096 +80\.0 % +512 +\? +grow\n/,
    );
    expect(screen.stdout).not.toMatch(/calls|--growth/);
    expect(screen.stdout.replace(scratch, '')).not.toMatch(FOREIGN);
  });

  test('is reported in full with its own columns', async () => {
    const { stdout, stderr, exitCode } = await runCommand('heap', HEAP, '--bytes', '--all-code');
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toContain('recorded by    momenter 0.9');
    expect(stdout).toMatch(/peak heap +at least 5120 after 1.50 s/);
    expect(stdout).toMatch(/leaked +512\n/);
    expect(stdout).toContain('at peak: at least as much as shown, because it looks at two moments');
    expect(stdout).toMatch(
      /at peak +share {2}place, and the stacks[^\n]*\n +4096 +80\.0 % {2}grow/,
    );
    expect(stdout).toContain('Never freed, by place');
    expect(stdout).not.toMatch(/calls/);
    expect(stdout.replace(scratch, '')).not.toMatch(FOREIGN);
  });

  test('is a document of the schema, in which nothing is 0 that is not known', async () => {
    const { stdout } = await runCommand('heap', HEAP, '--json', '--tree', 'top-down');
    const { result } = OF_HEAPS.parse(JSON.parse(stdout));
    expect(result!.recording).toMatchObject({
      recorder: { tool: 'momenter', version: '0.9' },
      heaptrackVersion: null,
    });
    expect(result!.inexact).toMatchObject([{ cost: 'peak', kind: 'at-least' }]);
    expect(result!.totals).toMatchObject({
      calls: null,
      callsPerSecond: null,
      temporary: null,
      temporaryPercent: null,
      allocatedBytes: null,
      peakBytes: 5120,
      leakedBytes: 512,
    });
    expect(result!.temporaryRule).toBeNull();
    expect(result!.timeline.map(({ calls, liveBytes }) => [calls, liveBytes])).toEqual([
      [null, 5120],
      [null, 512],
    ]);
    expect(result!.tree!.rows[0]).toMatchObject({ function: 'main', calls: null, peakBytes: 5120 });
  });

  test.each([
    [['--sizes'], '--sizes needs the sizes of allocations, which momenter did not record'],
    [['--growth'], '--growth needs the sizes of allocations'],
    [['--lifetimes'], '--lifetimes needs the sizes of allocations'],
    [['--sort', 'calls'], '--sort calls needs calls of the allocator'],
    [['--export', 'sizes-csv'], '--export sizes-csv needs the sizes'],
    [['--from', '1s'], '--from and --to need a recording that goes over time'],
  ])('%j is refused by name', async (flags, message) => {
    const { stdout, stderr, exitCode } = await runCommand('heap', HEAP, ...flags);
    expect(stderr).toContain(message);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });

  test('is drawn over time, compared and exported', async () => {
    const { stdout: drawn } = await runCommand('heap', HEAP, '--timeline');
    expect(drawn).toContain('Live heap over time');
    expect(drawn).not.toContain('so far');
    const { stdout: compared } = await runCommand('heap', HEAP, LATER, '--bytes');
    expect(compared).toMatch(/peak heap +5120 +8192 +\+3072/);
    expect(compared.replaceAll(scratch, '')).not.toMatch(FOREIGN);
    const { stdout: folded } = await runCommand('heap', HEAP, '--export', 'folded');
    expect(folded).toContain('main;load;grow 4096');
    for (const format of ['speedscope', 'massif', 'timeline-csv']) {
      const { stdout, exitCode } = await runCommand('heap', HEAP, '--export', format);
      expect(exitCode).toBe(0);
      expect(stdout).not.toMatch(/NaN|undefined|heaptrack/);
    }
  });

  test('is marked where it is scaled up from a sample', async () => {
    const sampled = written(
      'sampled.moments',
      'heap-moments 1',
      'sampled',
      'at 2',
      '640 main;load',
    );
    const { stdout } = await runCommand('heap', sampled, '--bytes', '--tree', 'bottom-up');
    expect(stdout).toMatch(/peak heap +≈ 640 after 2.00 s/);
    expect(stdout).toMatch(/never freed +≈ 640 at 1 place/);
    expect(stdout).toContain(
      'leaked: ≈, from a sample, because one allocation in ten is looked at',
    );
    expect(stdout).toMatch(/≈ 640 +load/);
    const { stdout: json } = await runCommand('heap', sampled, '--json');
    const { result } = OF_HEAPS.parse(JSON.parse(json));
    expect(result!.inexact.map(({ cost, kind }) => [cost, kind])).toEqual([
      ['peak', 'sampled'],
      ['leaked', 'sampled'],
    ]);
  });

  test('is explained, alone and with a map', async () => {
    for (const [files, says] of [
      [[HEAP], '5 KiB live at its peak · 512 B at the end'],
      [[HEAP, MAP], ' private memory '],
    ] as const) {
      const { stdout, exitCode } = await runCommand('explain', ...files);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(says);
      expect(stdout.replaceAll(scratch, '')).not.toMatch(/heaptrack|brk|vdso|glibc|NaN|undefined/);
    }
  });

  test('is named with the verb of its model where another command is asked', async () => {
    const { stderr } = await runCommand('pmap', HEAP);
    expect(stderr).toContain('it is a heap in moments, which `memtool pmap` does not read');
    expect(stderr).toContain(`try: memtool heap ${HEAP}`);
  });

  test('is explored in the terminal by the costs that it has', async () => {
    const program = await programOf(session([HEAP]), 110, 30);
    pressed(program, '5');
    expect(frameText(program)).toContain('5 KiB at peak');
    expect(frameText(program)).not.toMatch(/calls|temporary|NaN|undefined/);
    pressed(program, 's');
    expect(frameText(program)).toContain('512 B leaked');
    pressed(program, 's');
    expect(frameText(program)).toContain('5 KiB at peak');
    for (const keys of ['v', 'j j', 'v', '[', 'Escape', '2', '3', '1']) {
      pressed(program, keys);
      expect(frameText(program).replaceAll(scratch, '')).not.toMatch(/heaptrack |NaN|undefined/);
    }
  });
});

describe('a memory map of another system', () => {
  test('is reported without a rule of Linux', async () => {
    const { stdout, stderr, exitCode } = await runCommand('map', MAP, '--all', '--bytes');
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(stdout).toMatch(/Anonymous +9486336 +901120 +5/);
    expect(stdout).toMatch(/anonymous BLOCKS/);
    expect(stdout.replace(scratch, '')).not.toMatch(FOREIGN);
  });

  test('is a document of the schema, without uses', async () => {
    const { stdout } = await runCommand('map', MAP, '--json');
    const document = OF_MAPS.parse(JSON.parse(stdout));
    expect(JSON.stringify(document.result)).not.toMatch(FOREIGN);
  });

  test('is explained and explored without a guess', async () => {
    const { stdout, exitCode } = await runCommand('explain', MAP);
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(scratch, '')).not.toMatch(/brk|vdso|glibc|loader|thread/);
    const program = await programOf(session([MAP]), 110, 30);
    pressed(program, '2');
    expect(frameText(program)).toContain('BLOCKS');
    // Of all rows only the library is inferred: it has code, and is not the program.
    expect(frameText(program).match(/≈ \S+/g)).toEqual(['≈ libc.so.6']);
    expect(frameText(program)).not.toMatch(/brk|vdso|glibc/);
  });
});

test('each stands in a folder of its own', () => {
  for (const name of ['heap-moments', 'plan-map']) {
    const source = readFileSync(new URL(`${name}/${name}.ts`, import.meta.url), 'utf8');
    const imported = [...source.matchAll(/from '\.\.\/\.\.\/\.\.\/src\/([\w-]+)\//g)];
    expect([...new Set(imported.map(([, room]) => room))].sort()).toEqual([
      'input',
      'model',
      'parsers',
    ]);
  }
});
