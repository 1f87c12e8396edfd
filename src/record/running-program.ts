import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { childrenOf, familyOf } from './children.ts';

/** How the program was started: by itself, or below a tool. */
export type StartedBy = 'memtool' | 'strace' | 'heaptrack';

/** After a polite signal. */
const PATIENCE_MS = 2000;

/**
 * The processes of the program that is being recorded, without the tool that records it: that ends by
 * itself when they have, and then its log is whole. strace does not even notice signals.
 */
export class RunningProgram {
  readonly #child: ChildProcess;
  readonly #startedBy: StartedBy;
  readonly #beforeSignal: () => void;

  /** @param beforeSignal called before each signal, which may be the end. */
  constructor(child: ChildProcess, startedBy: StartedBy, beforeSignal: () => void) {
    this.#child = child;
    this.#startedBy = startedBy;
    this.#beforeSignal = beforeSignal;
  }

  /** To all of them, as the terminal does. */
  send(signal: NodeJS.Signals): void {
    this.#beforeSignal();
    for (const pid of this.#pids()) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended already.
      }
    }
  }

  /** Ends it after some time: politely first. */
  endAfter(seconds: number): NodeJS.Timeout[] {
    return [
      setTimeout(() => this.send('SIGTERM'), seconds * 1000),
      setTimeout(() => this.send('SIGKILL'), seconds * 1000 + PATIENCE_MS),
    ];
  }

  #pids(): number[] {
    const { pid } = this.#child;
    if (pid === undefined) return [];
    if (this.#startedBy === 'memtool') return familyOf(pid);
    // Also those whose parents have ended, and that are nobody's descendants any more.
    if (this.#startedBy === 'strace') return traceesOf(pid);
    // The others of heaptrack's children write the recording.
    return (childrenOf(pid) ?? []).filter(isPreloaded).flatMap(familyOf);
  }
}

/** Processes that a tracer traces; each says so itself. */
function traceesOf(tracer: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const isTraced = new RegExp(`^TracerPid:\\s${tracer}$`, 'm');
  return pids.filter((pid) => isTraced.test(textOf(`/proc/${pid}/status`))).map(Number);
}

/** heaptrack records what has its library in it. */
const isPreloaded = (pid: number): boolean =>
  /(?:^|\0)LD_PRELOAD=[^\0]*heaptrack/.test(textOf(`/proc/${pid}/environ`));

/** Empty for what has ended, or belongs to somebody else. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
