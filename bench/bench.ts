/**
 * What memtool costs, against what a user would take otherwise, in one run on one machine.
 *
 *     npm run bench            everything
 *     npm run bench start      only the parts whose names begin so
 *     RECORDING=FILE npm run bench heaptrack-own
 *
 * The ratios are what counts; docs/performance.md keeps the last ones.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type RecordingShape, recording } from './generate.ts';
import { straceLog } from './generate-strace.ts';
import { type Cost, compare } from './measure.ts';

const ROUNDS = 5;
const MIB = 1024 * 1024;

const memtool = `${process.execPath} ${fileURLToPath(new URL('../bin/run.js', import.meta.url))}`;

interface Contender {
  readonly name: string;
  readonly command: string;
}

function isInstalled(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

/** Measures contenders in turn and prints each beside the first, the yardstick. */
async function race(title: string, contenders: readonly Contender[]): Promise<void> {
  console.log(`\n${title}`);
  const costs = await compare(
    contenders.map(({ command }) => command),
    ROUNDS,
  );
  const [yardstick] = costs as [Cost];
  for (const [i, { name }] of contenders.entries()) {
    const { seconds, peakBytes } = costs[i]!;
    const row = [
      name.padEnd(34),
      `${seconds.toFixed(3)} s`.padStart(9),
      `${(seconds / yardstick.seconds).toFixed(2)}x`.padStart(7),
      `${Math.round(peakBytes / MIB)} MiB`.padStart(8),
    ];
    console.log(`  ${row.join('  ')}`);
  }
}

async function startUp(): Promise<void> {
  await race('start-up (time as a multiple of an empty Node program)', [
    { name: 'node -e 0', command: `${process.execPath} -e 0` },
    { name: 'memtool --version', command: `${memtool} --version` },
    { name: 'memtool pmap PID', command: `${memtool} pmap ${process.pid}` },
    { name: 'memtool --help', command: `${memtool} --help` },
  ]);
}

async function heaptrack(title: string, file: string): Promise<void> {
  if (!isInstalled('heaptrack_print')) {
    console.log(`\n${title}: left out, heaptrack_print is not installed`);
    return;
  }
  await race(`heaptrack, ${title}`, [
    { name: 'heaptrack_print', command: `heaptrack_print -l 1 ${file}` },
    { name: 'memtool heaptrack', command: `${memtool} heaptrack ${file}` },
    { name: 'zstd -dc (the floor)', command: `zstd -dc ${file}` },
  ]);
}

/** A recording of one's own, to measure what matters to oneself. */
async function ownRecording(): Promise<void> {
  const file = process.env.RECORDING;
  if (file !== undefined) await heaptrack(file, file);
}

async function generated(shape: RecordingShape): Promise<void> {
  const title = `${shape.events / 1e6} million events, ${shape.infos} infos, ${shape.pattern}`;
  await heaptrack(title, recording(shape));
}

/** The time of the yardstick is that of a user who only wants to know how much was mapped. */
async function strace(kind: 'mixed' | 'sparse', bytes: number): Promise<void> {
  const file = straceLog(kind, bytes);
  const sum = `awk '{ split($0, a, ", "); bytes += a[2] } END { print bytes }'`;
  await race(`strace, ${bytes / 1e6} MB, ${kind}`, [
    {
      name: 'grep -E | awk, summing sizes',
      command: `LC_ALL=C.UTF-8 grep -E 'brk|mmap|munmap|mremap|mprotect' ${file} | ${sum}`,
    },
    { name: 'memtool strace', command: `${memtool} strace ${file}` },
  ]);
}

const PARTS: Record<string, () => Promise<void>> = {
  'start-up': startUp,
  'heaptrack-own': ownRecording,
  'heaptrack-2': () => generated({ events: 2e6, infos: 12_000, pattern: 'routines' }),
  'heaptrack-20': () => generated({ events: 20e6, infos: 12_000, pattern: 'routines' }),
  'heaptrack-scattered': () => generated({ events: 20e6, infos: 2e6, pattern: 'scattered' }),
  tui: async () => {
    await import('./tui.ts');
  },
  'strace-mixed-100': () => strace('mixed', 1e8),
  'strace-mixed-1000': () => strace('mixed', 1e9),
  'strace-sparse-100': () => strace('sparse', 1e8),
  'strace-sparse-1000': () => strace('sparse', 1e9),
};

const wanted = process.argv[2] ?? '';
console.log(`memtool on Node ${process.version}, medians of ${ROUNDS} interleaved rounds`);
for (const [name, part] of Object.entries(PARTS)) if (name.startsWith(wanted)) await part();
