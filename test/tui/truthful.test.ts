/** What screens say of captures is true: of the moment that is named, of all groups, of what could be read. */
import { globSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Reading, Session } from '../../src/tui/session.ts';
import { runCommand } from '../support/run-command.ts';
import { frameText, pressed, programOf, session } from '../support/tui-session.ts';

const STORIES = 'fixtures/stories/';
/** Read once for all tests. */
function readOnce(names: readonly string[]): Session {
  const all = session(names);
  let reading: ReturnType<Session['read']> | undefined;
  return {
    ...all,
    read: (...args) => {
      reading ??= all.read(...args);
      return reading;
    },
  };
}

const SEED = ['smaps.txt', 'strace.log', 'heaptrack.zst'].map((name) => `${STORIES}seed/${name}`);

const seed = readOnce(SEED);

describe('the timeline of a recording', () => {
  const freed = readOnce([`${STORIES}freed`]);
  const bytesIn = (text: string) => Number(/^[> ]\s*(\d+) /.exec(text)![1]);

  /** The whole, then its parts. */
  async function parts(keys: string) {
    const program = pressed(await programOf(freed, 100, 40), `b 3 t ${keys}`);
    const rows = frameText(program).split('\n');
    const head = rows.findIndex((row) => row.includes('live at') || row.includes('live after'));
    const end = rows.findIndex((row, i) => i > head && row.trim() === '');
    return {
      headline: Number(/live heap (\d+)$/m.exec(rows.join('\n'))![1]),
      words: rows[head]!,
      whole: bytesIn(rows[head]!),
      bytes: rows.slice(head + 1, end === -1 ? undefined : end).map(bytesIn),
    };
  }

  test('has at its peak the parts of the peak', async () => {
    const { headline, words, whole, bytes } = await parts('');
    expect(words).toContain('live at the peak');
    expect(whole).toBe(headline);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBe(whole);
  });

  test('says elsewhere of which moment its parts are, and they sum up', async () => {
    const { words, whole, bytes } = await parts('left left left');
    expect(words).toMatch(/live after [\d.]+ s, the last moment kept/);
    expect(bytes.reduce((sum, one) => sum + one, 0)).toBe(whole);
  });
});

describe('the search on the map', () => {
  test('finds what is in a closed group, and opens it', async () => {
    const program = pressed(await programOf(seed, 100, 40), '2 g / l i b g c c enter');
    expect(program.state.notice).toBe('');
    expect(frameText(program)).toMatch(/^>.*libgcc/m);
    expect(program.state.map.open).toEqual(['libraries']);
  });

  test('goes on to the next, around the end, and says what is nowhere', async () => {
    const program = pressed(await programOf(seed, 100, 40), '2 g / l i b g c c enter');
    const first = program.state.cursors.map.selected;
    for (let i = 0; i < 4; i++) program.press('n');
    expect(program.state.cursors.map.selected).toBe(first + 4);
    expect(pressed(program, 'n').state.cursors.map.selected).toBe(first);
    expect(pressed(program, '/ n o p e enter').state.notice).toBe('nope is not there');
  });
});

describe('captures that cannot be read again', () => {
  test('stay as they were read, and it is said', async () => {
    const first = await seed.read(() => {}, new AbortController().signal);
    const none: Reading = {
      ...first,
      captures: first.captures.slice(1),
      story: session([]) as never,
    };
    const readings = [first, none];
    const program = await programOf({ ...seed, read: async () => readings.shift()! }, 100, 40);
    const before = frameText(pressed(program, '2'));
    program.press('ctrl-r');
    await expect.poll(() => program.state.notice).toContain('not all can be read any more');
    expect(frameText(pressed(program, '2'))).toBe(before);
    expect(frameText(pressed(program, '1'))).toMatch(
      /smaps.txt cannot be read any more: all as it was read at \d\d:\d\d:\d\d/,
    );
  });
});

describe('what is wrong with captures', () => {
  const DAMAGED = ['fixtures/corpus/INDEX.md', `${STORIES}seed/smaps.txt`];

  test('is counted on every screen, and told on the first', async () => {
    const program = await programOf(session(DAMAGED), 100, 40);
    const text = frameText(program);
    expect(text).toContain('8 Diagnostics▲1');
    expect(text).toContain('▲ 1 thing is wrong with what was read: 8 shows what');
    expect(frameText(pressed(program, '2'))).toContain('8 Diagnostics▲1');
  });

  test('is nothing where nothing is', async () => {
    expect(frameText(await programOf(seed, 100, 40))).not.toContain('▲');
  });
});

test.each(['5', '3 t'])('e after %s opens the page on peaks', async (keys) => {
  const program = pressed(await programOf(seed, 100, 40), keys);
  expect(pressed(program, 'e').state.overlay).toMatchObject({ topic: 'peak' });
});

describe('a log of several processes', () => {
  const forks = readOnce([`${STORIES}forks`]);

  test('says which of them is told of, and lists all', async () => {
    const program = await programOf(forks, 100, 40);
    expect(frameText(program)).toContain('1 of 4 processes of the log, 7641: P lists them');
    const text = frameText(pressed(program, '3 P'));
    for (const pid of [7638, 7640, 7641, 7642]) expect(text).toMatch(new RegExp(`${pid}  ./forks`));
    expect(pressed(program, 'escape').state.screen).toBe('timeline');
  });

  test('is told of another that is chosen, without the map of the first', async () => {
    const program = pressed(await programOf(forks, 100, 40), 'P down enter');
    const text = frameText(program);
    expect(text).toContain('memtool › forks 7642 › Overview');
    expect(text).toContain('had 9048 KiB of heap and anonymous memory mapped at its peak');
    expect(text).not.toContain('RSS');
    expect(frameText(pressed(program, '3'))).toContain('at most 9048 KiB');
    expect(frameText(pressed(program, 'P up enter'))).toContain('13.7 MiB');
  });

  test('one process needs no choice', async () => {
    const program = await programOf(seed, 100, 40);
    expect(frameText(program)).not.toContain('processes of the log');
    expect(frameText(pressed(program, 'P'))).toContain('Processes of the log');
  });
});

describe('an account of a heap', () => {
  const ACCOUNT = `${STORIES}accounted/end.heap.json`;

  test('is on the Heap screen what memtool heap tells of it', async () => {
    const program = pressed(await programOf(session([ACCOUNT]), 200, 60), '5');
    const text = frameText(program);
    expect(text).toContain('Heap › account of the allocator');
    const { stdout } = await runCommand('heap', ACCOUNT);
    const lines = stdout.split('\n').filter((line) => !line.startsWith('memtool explain'));
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(text).toContain(line.trimEnd());
    expect(pressed(program, 'right e').state.overlay).toMatchObject({ kind: 'topic' });
  });

  test('is a view beside those of a recording; without one there is none', async () => {
    const both = session([ACCOUNT, `${STORIES}seed/heaptrack.zst`]);
    const program = pressed(await programOf(both, 100, 40), '5 v v v');
    expect(frameText(program)).toContain('Heap › account of the allocator');
    expect(pressed(program, 'v').state.heap.view).toBe('tree');
    const alone = pressed(await programOf(seed, 100, 40), '5 v v v');
    expect(alone.state.heap.view).toBe('tree');
  });

  test('of a core is followed by the containers in it', async () => {
    const [core] = globSync('fixtures/core/gcore/*.core.zst');
    const program = pressed(await programOf(session([core!]), 200, 200), '5');
    const text = frameText(program);
    for (const flags of [[], ['--containers']]) {
      const { stdout } = await runCommand('heap', core!, ...flags);
      const [, ...sections] = stdout.split('\n\n');
      const heads = sections.map((section) => section.split('\n')[0]!.trim().split(/ {2,}/)[0]!);
      expect(heads.length).toBeGreaterThan(0);
      for (const head of heads) expect(text).toContain(head);
    }
  });
});
