/**
 * What the terminal program costs: the start to the first frame, and the time from a key to the end of
 * the frame that answers it, with large captures and against an empty Ink program, on a pseudo-terminal.
 *
 *     npm run bench tui
 */
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { memoryMap, recording } from './generate.ts';
import { straceLog } from './generate-strace.ts';
import { TerminalProgram } from './terminal.ts';

const STARTS = 7;
const KEYS = 40;
const [COLUMNS, ROWS] = [120, 40];

const node = process.execPath;
const memtool = `${node} ${fileURLToPath(new URL('../bin/run.js', import.meta.url))}`;

/** Bundled as memtool is, so that only what it does is compared. */
async function emptyInk(): Promise<string> {
  const outdir = fileURLToPath(new URL('generated/', import.meta.url));
  const modules = await rolldown({
    input: fileURLToPath(new URL('empty-ink.tsx', import.meta.url)),
    platform: 'node',
    external: ['react-devtools-core'],
    transform: { define: { 'process.env.NODE_ENV': '"production"' } },
    logLevel: 'warn',
  });
  await modules.write({ dir: outdir, chunkFileNames: 'empty-ink-[hash].js', minify: true });
  await modules.close();
  return `${node} ${outdir}empty-ink.js`;
}

const at = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(part * values.length))]!;

const ms = (value: number): string => `${value.toFixed(1)} ms`.padStart(10);

async function firstFrame(command: string, text: string): Promise<number> {
  const program = new TerminalProgram(command, COLUMNS, ROWS);
  const time = await program.until(text);
  await program.end();
  return time;
}

/** In turn, because a machine's speed drifts. */
async function starts(empty: string, captures: string): Promise<void> {
  const times: number[][] = [[], [], []];
  for (let round = -1; round < STARTS; round++) {
    const costs = [
      await firstFrame(empty, 'ready'),
      await firstFrame(`${memtool} tui`, 'capacity'),
      await firstFrame(`${memtool} tui ${captures}`, 'reading'),
    ];
    if (round >= 0) for (const [i, cost] of costs.entries()) times[i]!.push(cost);
  }
  const names = ['empty Ink program', 'memtool tui', 'memtool tui, large captures'];
  const yardstick = at(times[0]!, 0.5);
  console.log(`\nstart to the first frame, medians of ${STARTS}`);
  for (const [i, name] of names.entries()) {
    const median = at(times[i]!, 0.5);
    console.log(`  ${name.padEnd(34)}${ms(median)}  ${(median / yardstick).toFixed(2)}x`);
  }
}

async function keyTimes(program: TerminalProgram, keys: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < KEYS; i++) {
    const time = await program.press(keys[i % keys.length]!);
    if (time !== undefined) times.push(time);
    // A frame of 60 a second later, so that Ink's own limit is not measured.
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return times;
}

const SCREENS: readonly (readonly [name: string, open: string, keys: readonly string[]])[] = [
  ['Overview, next row', '1', ['j', 'k']],
  ['Map, next row', '2', ['j']],
  ['Map, a page', '2', [' ']],
  ['Map, sort', '2', ['s']],
  ['Map, group', '2', ['g']],
  ['Map, lens', '2', ['l']],
  ['Map, decimal addresses', '2', ['x']],
  ['Timeline, cursor', '3', ['h', 'h', 'l']],
  ['Timeline, map of a moment', '3', ['\r', '\u001b']],
  ['Timeline, the recording’s cursor', '3t', ['h', 'h', 'l']],
  ['Map, next moment', '2', [']']],
  ['Map, two moments compared', '2d', ['[', ']']],
  ['Map, mouse wheel', '2d', ['\u001b[<65;9;9M', '\u001b[<64;9;9M']],
  ['Growth, steps and back', '4', ['\r', '\u001b']],
  ['Heap, next row', '5', ['j', 'j', 'k']],
  ['Heap, open and close', '5', ['\r']],
  ['Heap, direction', '5', ['d']],
  ['Heap, sort', '5', ['s']],
  ['Heap, window in time', '5', [']', ']', '[']],
  ['Heap, flame graph, next frame', '5v', ['j', 'j', 'l', 'k']],
  ['Heap, flame graph, zoom and back', '5gjj', ['\r', '\u007f']],
  ['Heap, flame graph, sort', '5', ['s']],
  ['Heap, flame graph, window in time', '5', [']', ']', '[']],
  ['Heap, callers of the next function', '5gjjc', ['\r']],
  ['Heap, callers, next row', '5', ['j', 'j', 'k']],
  ['Capacity, length', '6', ['l']],
  ['Capacity, container', '6', ['c']],
];

async function keys(empty: string, captures: string): Promise<void> {
  const plain = new TerminalProgram(empty, COLUMNS, ROWS);
  await plain.until('ready');
  const floor = await keyTimes(plain, ['x']);
  await plain.end();
  const program = new TerminalProgram(`${memtool} tui ${captures}`, COLUMNS, ROWS);
  const ready = await program.until('read  ');
  const readBytes = program.peakBytes;
  console.log(`\nall captures read after ${(ready / 1000).toFixed(1)} s`);
  console.log(`from a key to its frame, ${KEYS} each          p50         p95`);
  const row = (name: string, times: readonly number[]) =>
    console.log(
      `  ${name.padEnd(34)}${times.length === 0 ? 'no answer' : ms(at(times, 0.5)) + ms(at(times, 0.95))}`,
    );
  row('empty Ink program', floor);
  for (const [name, open, pressed] of SCREENS) {
    await program.press(open);
    await new Promise((resolve) => setTimeout(resolve, 300));
    row(name, await keyTimes(program, pressed));
  }
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`.padStart(10);
  console.log('\nmost memory in RAM');
  console.log(`  ${'when all captures were read'.padEnd(34)}${mib(readBytes)}`);
  console.log(`  ${'after all these keys'.padEnd(34)}${mib(program.peakBytes)}`);
  await program.end();
}

const empty = await emptyInk();
const captures = [
  memoryMap(100_000),
  straceLog('mixed', 1e8),
  recording({ events: 20e6, infos: 12_000, pattern: 'routines' }),
].join(' ');
console.log(`memtool on Node ${process.version}, ${COLUMNS}x${ROWS}: 100 000 mappings,`);
console.log('a log of a million calls, a recording of 20 million events');
await starts(empty, captures);
await keys(empty, captures);
