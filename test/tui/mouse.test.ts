import { describe, expect, test } from 'vitest';
import { Mouse, mouseEvent } from '../../src/tui/mouse.ts';
import type { Program } from '../../src/tui/program.ts';
import { frameText, programOf, session } from '../support/tui-session.ts';

const CAPTURES = ['smaps.txt', 'strace.log'].map((name) => `fixtures/stories/seed/${name}`);

const opened = () => programOf(session(CAPTURES, 12426), 80, 24);

const click = (program: Program, column: number, row: number) =>
  program.mouse({ kind: 'press', column, row });

const rowOf = (program: Program, text: string) =>
  frameText(program)
    .split('\n')
    .findIndex((line) => line.includes(text));

describe('what the terminal reports', () => {
  test.each([
    ['\u001b[<0;12;5M', { kind: 'press', column: 11, row: 4 }],
    ['\u001b[<4;1;1M', { kind: 'press', column: 0, row: 0 }],
    ['\u001b[<64;3;2M', { kind: 'wheel-up', column: 2, row: 1 }],
    ['\u001b[<65;3;2M', { kind: 'wheel-down', column: 2, row: 1 }],
    ['\u001b[<0;12;5m', undefined],
    ['\u001b[<2;12;5M', undefined],
    ['\u001b[<35;12;5M', undefined],
    ['\u001b[A', undefined],
    ['j', undefined],
  ])('%s', (input, event) => {
    expect(mouseEvent(input)).toEqual(event);
  });
});

describe('the mouse', () => {
  test('chooses tabs where they stand', async () => {
    const program = await opened();
    const tabs = frameText(program).split('\n')[1]!.slice(1);
    click(program, tabs.indexOf('Growth') + 2, 1);
    expect(program.state.screen).toBe('growth');
    click(program, 79, 1);
    expect(program.state.screen).toBe('growth');
  });

  test('chooses rows, and opens the one that is chosen', async () => {
    const program = await opened();
    program.press('2');
    program.press('g');
    const row = rowOf(program, '▸ libraries');
    click(program, 10, row);
    expect(frameText(program).split('\n')[row]).toMatch(/^>.*▸ libraries/);
    click(program, 10, row);
    expect(frameText(program).split('\n')[row]).toMatch(/^>.*▾ libraries/);
  });

  test('puts the cursor of the timeline where it is pressed', async () => {
    const program = await opened();
    program.press('3');
    click(program, 40, 5);
    expect(program.state.timeline.at).toBeCloseTo(40 / 79);
    expect(frameText(program).split('\n')[rowOf(program, '▲')]!.indexOf('▲')).toBe(41);
  });

  test('scrolls lists and pages by its wheel', async () => {
    const program = await opened();
    program.press('2');
    program.mouse({ kind: 'wheel-down', column: 0, row: 9 });
    expect(program.state.cursors.map.selected).toBe(3);
    program.press('?');
    program.mouse({ kind: 'wheel-down', column: 0, row: 9 });
    expect(program.state.overlay).toEqual({ kind: 'help', top: 3 });
    program.mouse({ kind: 'wheel-up', column: 0, row: 9 });
    expect(program.state.overlay).toEqual({ kind: 'help', top: 0 });
  });

  test('chooses the parts of the Capacity screen', async () => {
    const program = await opened();
    program.press('6');
    click(program, 20, rowOf(program, 'capacity  4 8'));
    expect(program.state.cursors.capacity.selected).toBe(1);
  });

  test('finds nothing outside', async () => {
    const program = await opened();
    const before = program.state;
    click(program, 500, 500);
    click(program, 0, 0);
    expect(program.state).toBe(before);
  });
});

describe('what the terminal is told', () => {
  const told = (isWanted: boolean) => {
    const written: string[] = [];
    return { written, mouse: new Mouse((text) => written.push(text), isWanted) };
  };
  const [ON, OFF] = ['\u001b[?1000h\u001b[?1006h', '\u001b[?1006l\u001b[?1000l'];

  test('is taken back, once', () => {
    const { written, mouse } = told(true);
    mouse.begin();
    mouse.end();
    mouse.end();
    expect(written).toEqual([ON, OFF]);
  });

  test('is nothing where the mouse is not wanted', () => {
    const { written, mouse } = told(false);
    mouse.begin();
    mouse.end();
    expect(written).toEqual([]);
    expect(mouse.toggle()).toBe(true);
    expect(written).toEqual([ON]);
  });

  test('is taken back while the program is suspended', async () => {
    const { written, mouse } = told(true);
    mouse.begin();
    await mouse.without(() => {
      written.push('shell');
      return Promise.resolve();
    });
    expect(written).toEqual([ON, OFF, 'shell', ON]);
  });
});
