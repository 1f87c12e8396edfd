import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What one run of a command cost. */
export interface Cost {
  readonly seconds: number;
  /** Largest resident size of any process of the command, in bytes. */
  readonly peakBytes: number;
}

/** The kernel keeps the high-water mark itself, so a late look is enough. */
const POLL_MS = 4;

function readProc(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** VmHWM of a process and of all its descendants; 0 for one that is gone. */
export function peakOfTree(pid: number): number {
  const own = /VmHWM:\s+(\d+) kB/.exec(readProc(`/proc/${pid}/status`))?.[1] ?? '0';
  const children = readProc(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean);
  return Math.max(Number(own) * 1024, ...children.map((child) => peakOfTree(Number(child))));
}

/** Runs a shell command once, its output thrown away. */
export function measure(command: string): Promise<Cost> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    // `exec` where it is one program, so that the shell is not measured with it.
    const script = command.includes('|') ? command : `exec ${command}`;
    // The environment of a login shell; a certificate bundle, say, costs Node 65 ms at every start.
    const { PATH, HOME, LANG } = process.env;
    const env = { PATH: PATH ?? '', HOME: HOME ?? '', LANG: LANG ?? 'C.UTF-8' };
    const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'ignore', 'inherit'], env });
    let peakBytes = 0;
    const poll = setInterval(() => {
      peakBytes = Math.max(peakBytes, peakOfTree(child.pid!));
    }, POLL_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(poll);
      if (code === 0) resolve({ seconds: (performance.now() - start) / 1000, peakBytes });
      else reject(new Error(`exit ${code}: ${command}`));
    });
  });
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

/**
 * Runs several commands in turn, A B C A B C …, because a machine's speed drifts; gives the median
 * of each. One round before counts for nothing.
 */
export async function compare(commands: readonly string[], rounds: number): Promise<Cost[]> {
  const costs: Cost[][] = commands.map(() => []);
  for (let round = -1; round < rounds; round++) {
    for (const [i, command] of commands.entries()) {
      const cost = await measure(command);
      if (round >= 0) costs[i]!.push(cost);
    }
  }
  return costs.map((runs) => ({
    seconds: median(runs.map((run) => run.seconds)),
    peakBytes: median(runs.map((run) => run.peakBytes)),
  }));
}
