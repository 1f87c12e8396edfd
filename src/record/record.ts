/**
 * Runs a program and captures what it does with memory, all in one folder: a log of strace, its
 * memory map when most was resident and when it ends, and, in a second run, a recording of heaptrack.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { childrenOf } from './children.ts';
import { Interruptions } from './interruptions.ts';
import { KeptInput } from './kept-input.ts';
import { type Manifest, manifestHead, NOTHING_YET } from './manifest.ts';
import { endOf } from './program-end.ts';
import { recordHeap } from './record-heap.ts';
import { RecordingFiles } from './recording-files.ts';
import { FamilyWatch, type Looks } from './sampler.ts';
import { type Tool, toolOrNote } from './tools.ts';

export interface RecordRequest {
  readonly command: readonly string[];
  /** Empty. */
  readonly folder: string;
  readonly strace: boolean;
  readonly heaptrack: boolean;
  /** Seconds after which the program is ended; undefined: never. */
  readonly timeout: number | undefined;
  readonly intervalMs: number;
  /** How long the program is held at its end, so that its map can be read. */
  readonly holdMs: number;
  /** Reads what malloc has of a process, as JSON. */
  readonly heapOf: (pid: number) => string | undefined;
  /** Keep the memory of the process as it ends. */
  readonly core: boolean;
  readonly memtoolVersion: string;
  /** Standard output is wanted for something else: the program writes to standard error. */
  readonly outputToStderr: boolean;
}

/** How a run ended, in the way of a shell. */
export interface RecordResult {
  readonly manifest: Manifest;
  /** That of the program; 128 and the signal where one ended it; 127 where it could not start. */
  readonly exitCode: number;
}

const LOG = 'strace.log';

/** Calls that tell of memory and of processes, and those that name mapped files. */
const TRACED =
  'trace=%memory,%process,openat,open,close,dup,dup2,dup3,shmget,shmat,shmdt,memfd_create';

export async function record(request: RecordRequest): Promise<RecordResult> {
  const interruptions = new Interruptions();
  try {
    return await recordRuns(request, interruptions);
  } finally {
    interruptions.close();
  }
}

async function recordRuns(
  request: RecordRequest,
  interruptions: Interruptions,
): Promise<RecordResult> {
  const { folder } = request;
  const notes: string[] = [];
  const strace = request.strace ? toolOrNote('strace', notes) : undefined;
  const pmap = toolOrNote('pmap', notes);
  const heaptrack = request.heaptrack ? toolOrNote('heaptrack', notes) : undefined;
  const files = new RecordingFiles(folder, notes);
  const head = manifestHead(request.memtoolVersion, request.command);
  // First, so that whatever goes wrong, the folder says what it is.
  files.writeManifest({ ...head, ...NOTHING_YET });

  const input = heaptrack ? new KeptInput(folder) : undefined;
  let run = await runOnce(request, interruptions, files, { strace, pmap, input });
  let tracer = strace;
  if (strace && !run.wasTraced) {
    notes.push(`strace could not trace the program, so it ran without: ${run.complaint}`);
    tracer = undefined;
    run = await runOnce(request, interruptions, files, { strace: undefined, pmap, input });
  }
  const largest = run.family?.largest;
  const pid = largest?.pid ?? run.pid;
  if (tracer) files.add(LOG, 'system calls of all processes', { pid: run.pid });
  files.writeWatch(largest, run.family?.count ?? 0);
  if (heaptrack && input) {
    await recordHeap(request, interruptions, { heaptrack, input, files, notes });
    input.close();
  }

  const manifest: Manifest = {
    ...head,
    durationSeconds: run.seconds,
    pid,
    exitCode: run.exitCode,
    signal: run.signal,
    tools: [tracer, pmap, heaptrack].flatMap((tool) =>
      tool ? [{ name: tool.name, version: tool.version }] : [],
    ),
    options: { intervalMs: request.intervalMs, holdMs: tracer ? request.holdMs : 0 },
    files: files.list,
    notes,
  };
  files.writeManifest(manifest);
  return { manifest, exitCode: shellCode(run) };
}

interface Run {
  readonly pid: number | undefined;
  readonly seconds: number;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly family: FamilyWatch | undefined;
  /** Whether the log of strace has the program in it. */
  readonly wasTraced: boolean;
  readonly complaint: string;
}

/** What the run without heaptrack has beside the program. */
interface FirstRun {
  readonly strace: Tool | undefined;
  readonly pmap: Tool | undefined;
  /** Kept for another run; undefined where there is none. */
  readonly input: KeptInput | undefined;
}

async function runOnce(
  request: RecordRequest,
  interruptions: Interruptions,
  files: RecordingFiles,
  { strace, pmap, input }: FirstRun,
): Promise<Run> {
  const { command, timeout, intervalMs, holdMs, outputToStderr } = request;
  const log = files.pathOf(LOG);
  // Longer than the program may run, nobody holds it at its end, either.
  const heldMs = Math.min(holdMs, (timeout ?? Number.POSITIVE_INFINITY) * 1000);
  const hold = heldMs > 0 ? ['-e', `inject=exit_group:delay_enter=${heldMs * 1000}`] : [];
  if (strace) files.prepare(LOG);
  const argv = strace
    ? [strace.file, '-f', '-tt', '-y', '-o', log, '-e', TRACED, ...hold, '--', ...command]
    : command;
  const started = performance.now();
  // What strace itself complains about goes where the program's own errors go.
  const stdout = outputToStderr ? process.stderr : 'inherit';
  const stdin = input?.first ?? 'inherit';
  const child = spawn(argv[0]!, argv.slice(1), { stdio: [stdin, stdout, 'inherit'] });
  input?.passTo(child);
  let family: FamilyWatch | undefined;
  const ended = endOf(child, strace ? 'strace' : 'memtool', timeout, interruptions, () =>
    family?.beforeSignal(),
  );
  const pid = child.pid && strace ? await tracedChild(child, strace.file) : child.pid;
  const looks: Looks = {
    pmap: pmap?.file,
    heapOf: request.heapOf,
    atEnd: (ending) => {
      if (request.core) files.writeCore('end.core', 'its memory as it ended', ending);
    },
    whileHeld: (run) => whileHeld(strace && child.pid, run),
  };
  family = pid ? new FamilyWatch(pid, started, intervalMs, looks) : undefined;
  const { exitCode, signal, complaint } = await ended;
  family?.stop();
  return {
    pid,
    seconds: (performance.now() - started) / 1000,
    exitCode,
    signal,
    family,
    wasTraced: strace === undefined || (existsSync(log) && statSync(log).size > 0),
    complaint: complaint ?? `strace ended with ${exitCode}`,
  };
}

/**
 * The process that strace starts, once it runs the program: before that it is a copy of strace, and
 * strace starts others to try out what the kernel can do.
 *
 * @returns undefined if strace ends before.
 */
async function tracedChild(strace: ChildProcess, file: string): Promise<number | undefined> {
  const tracer = realpathSync(file);
  while (strace.exitCode === null && strace.signalCode === null) {
    const pid = childrenOf(strace.pid!)?.find((child) => {
      const program = programOf(child);
      return program !== undefined && program !== tracer;
    });
    if (pid !== undefined) return pid;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return undefined;
}

function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

/**
 * Runs something while strace stands still: whatever of the program makes a system call, an exit among
 * them, waits for it. Without strace it runs as it is.
 */
function whileHeld<T>(strace: number | undefined, run: () => T): T {
  if (strace === undefined) return run();
  process.kill(strace, 'SIGSTOP');
  try {
    return run();
  } finally {
    process.kill(strace, 'SIGCONT');
  }
}

function shellCode({ exitCode, signal }: Pick<Run, 'exitCode' | 'signal'>): number {
  return signal === null ? (exitCode ?? 1) : 128 + constants.signals[signal];
}
