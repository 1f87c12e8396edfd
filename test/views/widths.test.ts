/** Reports in a terminal of so many columns, and in one that shows ASCII alone. */
import stringWidth from 'fast-string-width';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { toAscii } from '../../src/views/text/ascii.ts';
import { type CommandName, runCommand } from '../support/run-command.ts';

const SEED = 'fixtures/stories/seed';
const CAPTURES = `${SEED}/smaps.txt ${SEED}/strace.log ${SEED}/heaptrack.zst`;

const REPORTS = [
  `pmap ${SEED}/pmap-x.txt`,
  `pmap ${SEED}/smaps.txt --all`,
  `pmap ${SEED}/pmap-x.txt ${SEED}/smaps.txt`,
  `pmap fixtures/status/seed/input.txt`,
  `explain ${CAPTURES}`,
  'explain fixtures/stories/forks',
  'explain fixtures/stories/freed',
  'explain capacity',
  'explain',
  `strace ${SEED}/strace.log --growth`,
  `strace ${SEED}/strace.log --timeline --map-at 100`,
  `heaptrack ${SEED}/heaptrack.zst`,
  `heaptrack ${SEED}/heaptrack.zst --growth --sizes --timeline`,
  `heaptrack ${SEED}/heaptrack.zst --tree top-down --callers main`,
  `heaptrack fixtures/heaptrack/raw/input.zst --lifetimes`,
  `heaptrack fixtures/corpus/nested_csv/r20000.heaptrack/heaptrack.zst ${SEED}/heaptrack.zst`,
  'capacity --element-size 24 --length 12427',
];

afterEach(() => {
  vi.unstubAllEnvs();
});

const shown = async (typed: string) => {
  const [name, ...argv] = typed.split(' ');
  return runCommand(name as CommandName, ...argv);
};

describe.each(REPORTS)('memtool %s', (typed) => {
  test.each([80, 100])('keeps to %i columns', async (columns) => {
    vi.stubEnv('COLUMNS', String(columns));
    const { stdout } = await shown(typed);
    const tooLong = stdout.split('\n').filter((line) => stringWidth(line) > columns);
    expect(tooLong).toEqual([]);
  });

  test('is ASCII where the locale is', async () => {
    const wide = await shown(typed);
    vi.stubEnv('LC_ALL', 'C');
    const { stdout, stderr } = await shown(typed);
    expect([...`${stdout}${stderr}`].filter((character) => character > '~')).toEqual([]);
    const widths = (text: string) => text.split('\n').map((line) => stringWidth(line));
    expect(widths(stdout)).toEqual(widths(wide.stdout));
  });
});

test('signs become one character each', () => {
  for (const sign of '≈…·–×→│┤└─█▒░▓▏▁▄▸▾⏎⇧') expect(toAscii(sign)).toMatch(/^[ -~]$/);
  expect(toAscii('名 é')).toBe('名 é');
});
