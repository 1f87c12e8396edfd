/**
 * Records the runs of fixtures/growth: compiles each program, runs it under strace and heaptrack, and
 * writes what it printed of its containers beside the captures.
 *
 *     npm run -s corpus               all programs
 *     npm run -s corpus -- NAME...    some of them
 *
 * A program is a folder with `main.rs`, `.c`, `.cpp`, `.py` or `.go`. Each line `run: ARGS` in it is a run.
 * The first is recorded with memory calls and openat, a memory map at its end and, but for Go, a heap
 * recording; of the others there are memory calls alone. Needs strace, heaptrack, setarch and compilers.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { compileProgram } from './compile-program.ts';
import { sameContainers, type TrueContainer } from './growth-truth.ts';
import { type PrintedRun, runProgram } from './run-program.ts';

const FIXTURES = path.join(import.meta.dirname, '../fixtures');
const PROGRAMS = path.join(FIXTURES, 'growth');

/** Captures hold the paths of programs: these lie in a place that is nobody's home. */
const WORKSHOP = '/tmp/memtool-growth';

/** Time for the memory map to be read. */
const SLEEP = '300';

interface Truth {
  readonly containers: readonly TrueContainer[];
}

const all = readdirSync(PROGRAMS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'common')
  .map(({ name }) => name);
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new Error(`not in fixtures/growth: ${unknown.join(', ')}`);

rmSync(WORKSHOP, { recursive: true, force: true });
const isSource = (file: string) => !/\.(?:open|mem)$/.test(file);
cpSync(PROGRAMS, path.join(WORKSHOP, 'growth'), { recursive: true, filter: isSource });
cpSync(path.join(FIXTURES, 'corpus/common'), path.join(WORKSHOP, 'corpus/common'), {
  recursive: true,
});
for (const program of asked.length > 0 ? asked : all) await recordProgram(program);
rmSync(WORKSHOP, { recursive: true });

async function recordProgram(program: string): Promise<void> {
  const folder = path.join(WORKSHOP, 'growth', program);
  const { command, source, hasMalloc } = compileProgram(folder);
  const runs = [...source.matchAll(/\brun: ([\w ]*\w)/g)].map(([, words]) => words!.split(' '));
  if (runs.length === 0) throw new Error(`${program}: no line 'run: ARGS'`);
  for (const old of readdirSync(path.join(PROGRAMS, program)).filter((file) => !isSource(file))) {
    rmSync(path.join(PROGRAMS, program, old), { recursive: true });
  }
  for (const [i, words] of runs.entries()) {
    const kind = i === 0 ? 'open' : 'mem';
    const target = path.join(PROGRAMS, program, `${words.join('_')}.${kind}`);
    const files = await recordRun([...command, ...words], kind === 'open', hasMalloc);
    for (const [name, bytes] of files) assertNeutral(`${target}/${name}`, bytes);
    mkdirSync(target, { recursive: true });
    for (const [name, bytes] of files) writeFileSync(path.join(target, name), bytes);
    const sizes = files.map(([name, { length }]) => `${name} ${length}`);
    console.log(`${program}/${path.basename(target)}: ${sizes.join(', ')}`);
  }
}

/** The files of a run, by name. */
async function recordRun(
  command: string[],
  isWhole: boolean,
  hasMalloc: boolean,
): Promise<[string, Buffer][]> {
  const log = path.join(WORKSHOP, 'strace.log');
  const options = ['-f', '-e', `trace=memory${isWhole ? ',openat' : ''}`];
  const traced = await runProgram(['strace', ...options, '-o', log, ...command], SLEEP);
  const truth: Truth = JSON.parse(traced.printed);
  const run = { argv: command, strace_opts: options, aslr: false };
  const files: [string, Buffer][] = [
    ['strace.log', readFileSync(log)],
    ['truth.json', Buffer.from(`${JSON.stringify({ ...truth, run })}\n`)],
  ];
  if (!isWhole) return files;
  files.push(['smaps.zst', zstdCompressSync(traced.smaps)]);
  if (!hasMalloc) return files;
  const output = path.join(WORKSHOP, 'heaptrack');
  const heap = ['heaptrack', '-o', output, ...command];
  assertSame(truth, await runProgram(heap, '5'));
  files.push(['heaptrack.zst', readFileSync(`${output}.zst`)]);
  return files;
}

/** A recording counts for the log beside it only where both runs did the same. */
function assertSame({ containers }: Truth, { printed, command }: PrintedRun): void {
  const other: Truth = JSON.parse(printed);
  if (!sameContainers(containers, other.containers)) {
    throw new Error(`${command.join(' ')}: the containers are others than in the run before`);
  }
}

function assertNeutral(name: string, bytes: Buffer): void {
  const text = (name.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes).toString('latin1');
  for (const place of [homedir(), path.dirname(FIXTURES)]) {
    if (text.includes(place)) throw new Error(`${name} has the path ${place}`);
  }
}
