/** One run: a damaged capture, a command and its flags, all from one number. */
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type CommandName, runCommand } from '../support/run-command.ts';
import type { Seed } from './captures.ts';
import { mutated } from './mutators.ts';
import { prefixFault } from './prefix.ts';
import { Random } from './random.ts';
import { faultOf } from './verdict.ts';

export interface Case {
  readonly seed: Seed;
  readonly bytes: Buffer;
  /** Before it was packed. */
  readonly unpacked: Buffer;
  /** How it was damaged. */
  readonly by: readonly string[];
  readonly command: CommandName;
  readonly flags: readonly string[];
  /** It is packed, and then damaged once more. */
  readonly packing: 'none' | 'zstd' | 'gzip';
}

const ALLOCATORS = ['glibc', 'musl', 'jemalloc', 'mimalloc', 'tcmalloc', 'cpython', 'unknown'];

const OF_PROFILES: readonly string[][] = [
  ['--by', 'stack'],
  ['--by', 'function'],
  ['--by', 'module'],
  ['--tree', 'bottom-up'],
  ['--tree', 'top-down'],
  ['--callers', 'main'],
  ['--functions'],
  ['--sizes'],
  ['--growth'],
  ['--lifetimes'],
  ['--timeline'],
  ['--own-code'],
  ['--all-code'],
  ['--stacks', '3'],
  ['--focus', 'a|b'],
  ['--hide', 'alloc'],
  ['--from', '1ms'],
  ['--to', '1s'],
  ['--no-symbols'],
  ['--export', 'folded'],
  ['--export', 'massif'],
  ['--export', 'speedscope'],
  ['--top', '2'],
];

/** Flags of each command, of which some are taken; `profile` is `heap` of a heap profile. */
const FLAGS: Readonly<
  Record<'pmap' | 'strace' | 'heaptrack' | 'heap' | 'profile' | 'explain', readonly string[][]>
> = {
  pmap: [['--all'], ['--top', '3'], ['--bytes'], ['--strict']],
  strace: [
    ['--growth'],
    ['--timeline'],
    ['--map-at', '50'],
    ['--elements', '12426'],
    ['--element-size', '24'],
    ...ALLOCATORS.map((name) => ['--allocator', name]),
    ['--page-size', '65536'],
    ['--bytes'],
    ['--top', '2'],
  ],
  heaptrack: OF_PROFILES,
  profile: [
    ...OF_PROFILES,
    ['--uses'],
    ['--only', 'short-lived'],
    ['--only', 'never-read,tiny'],
    ['--sort', 'reads'],
    ['--sort', 'leaked,leaked-blocks'],
  ],
  heap: [['--bytes'], ['--top', '2'], ['--strict']],
  explain: [['--elements', '300000'], ['--top', '2'], ['--bytes']],
};

const PROFILES = /\/(?:dhat|massif|xtree|jemalloc-heap|heap-text|pprof|mtrace|event-log)\//;

/** What a capture is read with: mostly its own command, now and then any. */
function commandFor(file: string, random: Random): keyof typeof FLAGS {
  if (random.below(10) === 0) return random.oneOf(['pmap', 'strace', 'heaptrack', 'explain']);
  if (random.below(5) === 0) return 'explain';
  if (/strace|\.log/.test(file)) return 'strace';
  if (PROFILES.test(file)) return 'profile';
  // What allocators say of themselves.
  if (/\/(?:malloc-?info|mallinfo|jemalloc-|tcmalloc-|memtool-heap)/.test(file)) return 'heap';
  return /heaptrack|\.zst/.test(file) ? 'heaptrack' : 'pmap';
}

/** @param number names the case: the same number makes the same one. */
export function caseOf(number: number, seeds: readonly Seed[]): Case {
  const random = new Random(number);
  const seed = random.oneOf(seeds);
  const { bytes, by } = mutated(seed.bytes, random, random.oneOf(seeds).bytes);
  const asked = commandFor(seed.file, random);
  const command = asked === 'profile' ? 'heap' : asked;
  const flags = FLAGS[asked].filter(() => random.below(4) === 0).flat();
  const wanted = random.below(2) ? ['--json'] : [];
  // A thread that decodes takes 50 ms to start: a few such cases must do.
  const packing = random.below(200) === 0 ? random.oneOf(['zstd', 'gzip'] as const) : 'none';
  return {
    seed,
    bytes: packing === 'none' ? bytes : damagedPacking(bytes, packing, random),
    unpacked: bytes,
    by,
    command,
    flags: flags.includes('--export') ? flags : [...flags, ...wanted],
    packing,
  };
}

function damagedPacking(bytes: Buffer, packing: 'zstd' | 'gzip', random: Random): Buffer {
  const packed = packing === 'zstd' ? zstdCompressSync(bytes) : gzipSync(bytes);
  const copy = Buffer.from(packed);
  if (random.below(2)) copy[random.below(copy.length)]! ^= 1 << random.below(8);
  return random.below(3) ? copy : copy.subarray(0, random.below(copy.length));
}

/**
 * Runs a case.
 *
 * @param folder for its file.
 * @returns what is wrong with what came of it.
 */
export async function runCase(one: Case, folder: string): Promise<string | undefined> {
  const file = path.join(folder, 'capture');
  writeFileSync(file, one.bytes);
  const argv = [file, ...one.flags];
  try {
    const run = await runCommand(one.command, ...argv);
    return faultOf(one.command, argv, run, one.unpacked.toString('latin1'));
  } catch (error) {
    return `threw ${(error as Error).stack}`;
  } finally {
    rmSync(file, { force: true });
  }
}

/** All that is looked for under one number: a damaged capture, and one with noise behind it. */
export async function faultOfNumber(
  number: number,
  seeds: readonly Seed[],
  folder: string,
): Promise<string | undefined> {
  const fault = await runCase(caseOf(number, seeds), folder);
  if (fault !== undefined || number % PREFIX_EVERY !== 0) return fault;
  return prefixFault(number, seeds);
}

/** Noise says less per run than damage. */
const PREFIX_EVERY = 20;
