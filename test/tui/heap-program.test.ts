/** The views of the Heap screen with the recording of the README's story. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Program } from '../../src/tui/program.ts';
import { frameText, programOf, session } from '../support/tui-session.ts';

const said: string[] = [];
const recording = session(['fixtures/stories/seed/heaptrack.zst']);
let reading: ReturnType<typeof recording.read> | undefined;

async function pressed(keys: string): Promise<Program> {
  said.length = 0;
  const program = await programOf(
    {
      ...recording,
      read: (...args) => {
        reading ??= recording.read(...args);
        return reading;
      },
      copy: (text) => said.push(text),
      write: (name, text) => {
        said.push(text);
        return name;
      },
    },
    100,
    30,
  );
  for (const key of `5 ${keys}`.split(' ')) if (key !== '') program.press(key);
  return program;
}

const levelOf = (program: Program) => program.state.cursors['heap-flame'].selected;

describe('the flame graph', () => {
  test('moves to callees, callers and what is beside', async () => {
    const program = await pressed('v j j j j');
    expect(levelOf(program)).toBe(4);
    expect(frameText(program)).toContain('▶heaptrace_csv::load::{{closure}} ');
    program.press('l');
    expect(frameText(program)).toContain('▶');
    expect(levelOf(program)).toBe(4);
    for (const key of ['h', 'k', 'k']) program.press(key);
    expect(frameText(program)).toContain('▶heaptrace_csv::main ');
    program.press('G');
    expect(frameText(program)).toContain('▶heaptrace_csv::cells_of ');
    program.press('g');
    expect(levelOf(program)).toBe(0);
  });

  test('keeps the chosen frame when the terminal changes its size', async () => {
    const program = await pressed('v G');
    for (const columns of [40, 200, 20, 100]) {
      program.resize({ columns, rows: 30 });
      expect(frameText(program)).toMatch(/▶heaptrace_csv/);
    }
  });

  test('zooms, and says in the breadcrumbs where it is', async () => {
    const program = await pressed('v j j j enter');
    expect(frameText(program)).toContain('top-down › heaptrace_csv::load');
    expect(frameText(program)).toContain('100.0 % of the zoomed frame');
    program.press('backspace');
    expect(frameText(program)).not.toContain('zoomed frame');
    expect(frameText(program)).toContain('▶heaptrace_csv::load ');
  });

  test('zooms into what stands above narrow frames', async () => {
    const program = await pressed('v j j j j l');
    expect(frameText(program)).toMatch(/\d+ frames? narrower than a column/);
    program.press('enter');
    expect(program.state.heap.flame.zooms.length).toBe(1);
    program.press('j');
  });

  test('finds frames by what their stacks were filtered with', async () => {
    const program = await pressed('v / c e l l s enter');
    expect(frameText(program)).toContain('▶heaptrace_csv::cells_of');
    expect(frameText(program)).toContain('filter cells');
    program.press('n');
    expect(frameText(program)).toContain('▶heaptrace_csv::cells_of');
    expect((await pressed('v / n o p e enter')).state.notice).toBe('nope is not there');
  });

  test('copies the chosen frame, and writes all levels with all names', async () => {
    const program = await pressed('v j j j y w');
    expect(said[0]).toBe('heaptrace_csv::load  3611.8 KiB  98.1 %');
    const levels = said[1]!.split('\n').filter((line) => / {2}\d+\.\d %/.test(line));
    expect(levels.length).toBe(7);
    expect(levels[4]).toContain('heaptrace_csv::load::{{closure}}  3219.5 KiB  87.4 % | ');
    expect(program.state.notice).toBe('memtool-heap.txt');
  });

  test('explains the chosen frame', async () => {
    expect(frameText(await pressed('v j e'))).toContain('this number: the recording: 112');
  });

  test('gives its frame to the callers, and gets it back', async () => {
    const program = await pressed('v j j j v');
    expect(frameText(program)).toContain('callers and callees › heaptrace_csv::load');
    program.press('escape');
    expect(frameText(program)).toContain('▶heaptrace_csv::load ');
  });
});

describe('callers and callees', () => {
  test('lead from function to function and back', async () => {
    const program = await pressed('j c');
    expect(frameText(program)).toContain('● heaptrace_csv::load');
    expect(frameText(program)).toContain('▲ heaptrace_csv::main');
    for (const key of ['d', 'enter']) program.press(key);
    expect(frameText(program)).toContain('● heaptrace_csv::load::{{closure}} ');
    program.press('backspace');
    expect(frameText(program)).toContain('● heaptrace_csv::load ');
    program.press('backspace');
    expect(program.state.heap.view).toBe('tree');
    expect(program.state.cursors.heap.selected).toBe(1);
  });

  test('say so where no function is chosen, or a filter leaves none', async () => {
    expect(frameText(await pressed('/ n o p e enter v v'))).toContain('no function is chosen');
    expect(frameText(await pressed('j c / c e l l s _ o f enter'))).toContain(
      '● heaptrace_csv::load',
    );
    expect(frameText(await pressed('j c / n o p e enter'))).toContain('none of the stacks');
  });

  test('are those of functions alone', async () => {
    expect((await pressed('v c')).state.notice).toContain('choose a function');
    expect((await pressed('G c')).state.notice).toContain('choose a function');
  });

  test('are explained and searched', async () => {
    expect(frameText(await pressed('j c e'))).toContain('calls the one in the middle');
    const program = await pressed('j c / c l o s u r e enter');
    expect(frameText(program)).toMatch(/^>.*▼ heaptrace_csv::load::\{\{closure/m);
  });
});

describe('a window in time', () => {
  let text = '';
  beforeAll(async () => {
    text = frameText(await pressed('] ] ] {'));
  });

  test('says what it is, and how finely it is known', () => {
    expect(text).toMatch(/3\d\d ms to 1\.2\d s of 1\.29 s/);
    expect(text).toContain('known at 51 kept moments, 15 ms to 300 ms apart');
  });

  test('is of all views, and evidence names it', async () => {
    for (const view of ['v', 'v j j v']) {
      const program = await pressed(`] ] ] { ${view}`);
      expect(frameText(program)).toContain('kept moments');
      program.press('e');
      expect(frameText(program)).toContain('between its kept moments at');
      expect(frameText(program)).toContain('the kept moment in between with most');
    }
  });

  test('goes away with Esc', async () => {
    const program = await pressed('] escape');
    expect(frameText(program)).toContain('all 1.29 s');
  });
});

test('own code is a key', async () => {
  expect(frameText(await pressed('o'))).toContain('all code');
});

test('the mouse chooses boxes of the flame graph, and opens the chosen one', async () => {
  const program = await pressed('v');
  const click = () => {
    const lines = frameText(program).split('\n');
    const row = lines.findIndex((line) => line.includes('heaptrace_csv::load '));
    program.mouse({ kind: 'press', column: 20, row });
  };
  click();
  expect(frameText(program)).toContain('▶heaptrace_csv::load ');
  click();
  expect(frameText(program)).toContain('top-down › heaptrace_csv::load');
});
