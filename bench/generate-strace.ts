import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { once, randomNumbers } from './generate.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Captures of whole programs, all calls, with a PID before each line. */
const RUNS = [
  ...readdirSync(`${FIXTURES}corpus`, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.full\/strace\.log$/.test(file))
    .map((file) => `corpus/${file}`)
    .sort(),
  'strace/follow/input.log',
];

/** `4711  brk(NULL) = 0x5555…` */
const LINE = /^(\d+) +(.*)$/;

const MEMORY_CALL = /brk|mmap|munmap|mremap|mprotect/;

/** A call that stands whole on its line and is neither about memory nor about processes. */
const PLAIN_CALL =
  /^(?!\w*(?:brk|map|mprotect|madvise|clone|exec|fork|exit))\w+\((?!.*unfinished).*\) += /;

/** Runs that go on at the same time. */
const CONCURRENT = 8;

/** How many calls that are not about memory stand between two lines of the real logs. */
const FILLER_LINES = 30;

interface Line {
  readonly pid: string;
  readonly event: string;
}

/** One run that is being played, under PIDs of its own. */
interface Playing {
  readonly lines: readonly Line[];
  readonly pids: Map<string, number>;
  next: number;
}

const lines: readonly (readonly Line[])[] = RUNS.map((file) =>
  readFileSync(FIXTURES + file, 'latin1')
    .split('\n')
    .flatMap((text) => {
      const match = LINE.exec(text);
      return match ? [{ pid: match[1]!, event: match[2]! }] : [];
    }),
);

/**
 * A log as of a busy build: real logs, several at a time, again and again under new PIDs, each line
 * with a time stamp.
 *
 * @param kind `mixed`: as the programs behaved, a third to a half of the lines about memory;
 * `sparse`: with many other calls between.
 */
export function straceLog(kind: 'mixed' | 'sparse', bytes: number): string {
  return once(`strace-${kind}-${bytes / 1e6}.log`, (put) => {
    const random = randomNumbers(7);
    const fillers = lines.flat().filter(({ event }) => PLAIN_CALL.test(event));
    let nextPid = 1000;
    let time = 0;
    let written = 0;
    const write = (pid: number, event: string) => {
      time += 1 + random(80);
      const clock = new Date(time / 1000).toISOString().slice(11, 19);
      const micros = String(time % 1_000_000).padStart(6, '0');
      const line = `${String(pid).padEnd(5)} ${clock}.${micros} ${event}\n`;
      written += line.length;
      put(line);
    };
    const start = (): Playing => ({
      lines: lines[random(lines.length)]!,
      pids: new Map(),
      next: 0,
    });
    const pidOf = ({ pids }: Playing, pid: string) => {
      const known = pids.get(pid);
      if (known !== undefined) return known;
      nextPid = nextPid === 32767 ? 1000 : nextPid + 1;
      pids.set(pid, nextPid);
      return nextPid;
    };
    const playing = Array.from({ length: CONCURRENT }, start);
    while (written < bytes) {
      const slot = random(CONCURRENT);
      const run = playing[slot]!;
      const line = run.lines[run.next++];
      if (line === undefined) {
        playing[slot] = start();
        continue;
      }
      const pid = pidOf(run, line.pid);
      const isCreation = /\bclone3?\b|\bv?fork\b/.test(line.event);
      write(
        pid,
        isCreation
          ? line.event.replace(/ (\d+)$/, (_, child: string) => ` ${pidOf(run, child)}`)
          : line.event,
      );
      if (kind === 'mixed' || /\+\+\+$/.test(line.event)) continue;
      const share = MEMORY_CALL.test(line.event) ? FILLER_LINES : 0;
      for (let i = 0; i < share; i++) write(pid, fillers[random(fillers.length)]!.event);
    }
  });
}
