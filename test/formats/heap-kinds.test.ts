/** Every kind of heap profile goes through reports, explain and the terminal program with what it has. */
import { describe, expect, test } from 'vitest';
import { runCommand } from '../support/run-command.ts';
import { frameText, pressed, programOf, session } from '../support/tui-session.ts';

const KINDS: readonly (readonly [file: string, live: RegExp])[] = [
  ['dhat/c-program/input.json', /522\.4 KiB of live heap at its peak/],
  ['massif/c-program/input.txt', /518\.3 KiB of live heap at its peak/],
  ['jemalloc-heap/sampled/input.txt', /≈ 114\.4 KiB of live heap when its profile was written/],
  ['heap-text/tcmalloc/input.txt', /286\.3 KiB of live heap when its profile was written/],
  ['pprof/go/input.gz', /≈ 2706\.9 KiB of live heap when its profile was written/],
  ['mtrace/job-queue/input.txt', /7496 B of live heap at its peak/],
  ['event-log/groups/input.json', /2336 B of live heap at its peak/],
];

describe.each(KINDS)('%s', (name, live) => {
  const file = `fixtures/${name}`;

  test('is explained', async () => {
    const { stdout, exitCode } = await runCommand('explain', file);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(live);
    expect(stdout).not.toMatch(/NaN|undefined/);
  });

  test('is explored in the terminal by each of its costs', async () => {
    const program = await programOf(session([file]), 110, 30);
    pressed(program, '5');
    for (const keys of ['s', 's', 's', 's', 's', 'v', 's', 'j j', 'v', '[', 'Escape', '2', '3']) {
      pressed(program, keys);
      expect(frameText(program)).not.toMatch(/NaN|undefined|\bnull\b/);
    }
  });

  test('is exported for other programs', async () => {
    for (const format of ['folded', 'speedscope']) {
      const { stdout, exitCode } = await runCommand('heap', file, '--export', format);
      expect(exitCode).toBe(0);
      expect(stdout).not.toMatch(/NaN|undefined/);
    }
  });
});

describe('what a format lacks is refused by name', () => {
  test.each([
    ['massif/c-program/input.txt', ['--sort', 'reads'], 'needs what was read, which massif'],
    ['massif/c-program/input.txt', ['--uses'], 'needs what became of blocks, which massif'],
    ['massif/c-program/input.txt', ['--sizes'], 'needs the sizes of allocations, which massif'],
    ['dhat/c-program/input.json', ['--timeline'], 'needs the heap over time, which DHAT'],
    ['dhat/rust-crate/input.json', ['--only', 'never-read'], 'needs calls, reads and writes'],
    [
      'dhat/copy-mode/input.json',
      ['--sort', 'peak'],
      'needs what was live at the peak, which DHAT',
    ],
    ['pprof/go/input.gz', ['--sort', 'peak'], 'needs what was live at the peak, which pprof'],
    ['mtrace/job-queue/input.txt', ['--uses'], 'needs what became of blocks, which mtrace'],
  ])('%s %j', async (name, flags, message) => {
    const { stdout, stderr, exitCode } = await runCommand('heap', `fixtures/${name}`, ...flags);
    expect(stderr).toContain(message);
    expect([stdout, exitCode]).toEqual(['', 2]);
  });
});

test('dumps of one program are compared: what grew between them', async () => {
  const { stdout, exitCode } = await runCommand(
    'heap',
    'fixtures/jemalloc-heap/interval/input.txt',
    'fixtures/jemalloc-heap/accumulated/input.txt',
    '--bytes',
  );
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/allocated in total +≈ 561782 +≈ 668675 +≈ \+106893/);
});
