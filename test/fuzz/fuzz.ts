/**
 * Runs memtool over damaged captures, for as long as it is told.
 *
 *     npm run fuzz                              a minute
 *     npm run fuzz -- --minutes 30 --seed 7     longer, from another number on
 *     npm run fuzz -- --case 4711               one case again, with what is wrong with it
 *
 * Each case is a number, from which capture, damage, command and flags follow. A case that takes longer
 * than 10 s, makes its process larger than 500 MB or ends it is a finding, too. Findings are written into
 * bench/generated/fuzz; a fixture or a test guards what was mended.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ROOT } from '../support/paths.ts';
import { seeds } from './captures.ts';
import { caseOf, faultOfNumber } from './case.ts';
import type { ChildMessage } from './child.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const FINDINGS = `${ROOT}bench/generated/fuzz`;

/** Of processor time: a busy machine is no fault. Who only waits takes ten times as long. */
const LONGEST_MS = 10_000;
const LONGEST_WAIT_MS = 10 * LONGEST_MS;
const MOST_BYTES = 500 * 1024 * 1024;
const LOOK_MS = 250;

const { values: flags } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    case: { type: 'string' },
    processes: { type: 'string', default: String(availableParallelism()) },
  },
});

/** What a process has resident; 0 where it has ended. */
function residentBytes(pid: number): number {
  try {
    return 4096 * Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Clock ticks in which /proc counts (sysconf(3), _SC_CLK_TCK). */
const TICK_MS = 10;

/** The processor time that a process has taken; 0 where it has ended. */
function processorMs(pid: number): number {
  try {
    // Fields 14 and 15 (proc_pid_stat(5)); the name before them may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return TICK_MS * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return 0;
  }
}

/** Keeps one child at work, with a new one where it ended over a case. */
class Lane {
  cases = 0;
  readonly #step: number;
  readonly #onFault: (number: number, fault: string) => void;
  #child!: ChildProcess;
  #number = 0;
  /** The first case of the process. */
  #first = 0;
  #since = performance.now();
  /** What the process had taken before its present case. */
  #takenMs = 0;
  #timer: NodeJS.Timeout;
  #isEnding = false;

  constructor(first: number, step: number, onFault: (number: number, fault: string) => void) {
    this.#step = step;
    this.#onFault = onFault;
    this.#start(first);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  end(): void {
    this.#isEnding = true;
    clearInterval(this.#timer);
    this.#child.kill('SIGKILL');
  }

  #start(first: number): void {
    this.#number = first;
    this.#first = first;
    this.#since = performance.now();
    this.#takenMs = 0;
    const child = fork(CHILD, [String(first), String(this.#step)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { ...process.env, MEMTOOL_HEAPTRACK_INTERPRET: '', COLUMNS: '100' },
    });
    let complaint = '';
    child.stderr!.on('data', (text) => {
      complaint = (complaint + text).slice(-2000);
    });
    child.on('message', (message: ChildMessage) => {
      if (message.kind === 'fault') this.#onFault(message.number, message.fault);
      else {
        this.cases++;
        this.#number = message.number;
        this.#since = performance.now();
        this.#takenMs = Number.NaN;
      }
    });
    child.on('exit', (code, signal) => {
      if (this.#isEnding || child !== this.#child) return;
      this.#onFault(this.#number, `ended its process (${signal ?? code})\n${complaint}`);
      this.#start(this.#number + this.#step);
    });
    this.#child = child;
  }

  #look(): void {
    const pid = this.#child.pid!;
    const taken = processorMs(pid);
    // A new case is timed from the first look at it.
    if (Number.isNaN(this.#takenMs)) this.#takenMs = taken;
    const waited = performance.now() - this.#since;
    const resident = residentBytes(pid);
    const isTooLong = taken - this.#takenMs > LONGEST_MS || waited > LONGEST_WAIT_MS;
    if (isTooLong) this.#replace(`takes longer than ${LONGEST_MS / 1000} s`);
    else if (resident > MOST_BYTES) this.#onTooLarge(resident);
  }

  /** Thousands of cases leave garbage behind: whether it is this one, a new process tells. */
  #onTooLarge(resident: number): void {
    if (this.#number === this.#first) this.#replace(`the process has ${resident} bytes in RAM`);
    else this.#restart(this.#number);
  }

  #replace(fault: string): void {
    this.#onFault(this.#number, fault);
    this.#restart(this.#number + this.#step);
  }

  #restart(first: number): void {
    const old = this.#child;
    this.#start(first);
    old.kill('SIGKILL');
  }
}

async function again(number: number): Promise<void> {
  const captures = seeds();
  const one = caseOf(number, captures);
  const folder = mkdtempSync(path.join(tmpdir(), 'memtool-fuzz-'));
  mkdirSync(FINDINGS, { recursive: true });
  const file = `${FINDINGS}/${number}.capture`;
  writeFileSync(file, one.bytes);
  console.log(`case ${number}: ${one.seed.file}, damaged by ${one.by.join(', ')}`);
  console.log(`  memtool ${one.command} ${file} ${one.flags.join(' ')}`);
  console.log((await faultOfNumber(number, captures, folder)) ?? 'nothing is wrong with it');
  rmSync(folder, { recursive: true });
}

async function campaign(minutes: number, seed: number, processes: number): Promise<void> {
  console.log(`seed ${seed}, ${minutes} minutes, ${processes} processes`);
  const captures = seeds();
  mkdirSync(FINDINGS, { recursive: true });
  const found = new Map<string, number>();
  const onFault = (number: number, fault: string) => {
    const signature = fault.split('\n', 3).join(' ').replaceAll(/\d+/g, 'N').slice(0, 200);
    const times = (found.get(signature) ?? 0) + 1;
    found.set(signature, times);
    if (times > 3) return;
    const { seed, by, command, flags, bytes } = caseOf(number, captures);
    writeFileSync(`${FINDINGS}/${number}.capture`, bytes);
    const what = `${seed.file}, damaged by ${by.join(', ')}; memtool ${command} ${flags.join(' ')}`;
    console.log(
      `FAULT in case ${number} (${what})\n  ${fault.split('\n').slice(0, 8).join('\n  ')}`,
    );
  };
  const lanes = Array.from({ length: processes }, (_, i) => new Lane(seed + i, processes, onFault));
  await new Promise((resolve) => setTimeout(resolve, minutes * 60_000));
  for (const lane of lanes) lane.end();
  const cases = lanes.reduce((sum, lane) => sum + lane.cases, 0);
  for (const [signature, times] of found) console.log(`${times} times: ${signature}`);
  console.log(`${cases} cases from ${seed} on, ${found.size} kinds of fault`);
  process.exitCode = found.size > 0 ? 1 : 0;
}

const seed = flags.seed === undefined ? Date.now() % 2 ** 31 : Number(flags.seed);
if (flags.case !== undefined) await again(Number(flags.case));
else await campaign(Number(flags.minutes), seed, Number(flags.processes));
