/**
 * Runs a program and captures what it does with memory, all in one folder: a log of strace, its
 * memory map when most was resident and when it ends, and, in a second run, a recording of heaptrack.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { constants, release } from 'node:os';
import path from 'node:path';
import { childrenOf } from './children.ts';
import { Interruptions } from './interruptions.ts';
import type { Manifest, RecordedFile } from './manifest.ts';
import { RunningProgram, type StartedBy } from './running-program.ts';
import { FamilyWatch, type ProcessWatch } from './sampler.ts';
import { findTool, PACKAGE_OF, type Tool, type ToolName } from './tools.ts';

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

/** Calls that tell of memory and of processes, and those that name mapped files. */
const TRACED = 'trace=%memory,%process,openat,open,close,dup,dup2,dup3';

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
  const startedAt = new Date().toISOString();
  const { command, memtoolVersion } = request;
  const known = {
    schema: 'memtool/recording',
    schemaVersion: 1,
    memtoolVersion,
    command,
    startedAt,
    kernel: release(),
    architecture: process.arch,
  } as const;
  // First, so that whatever goes wrong, the folder says what it is.
  writePrivate(path.join(folder, MANIFEST), manifestText({ ...known, ...NOTHING_YET }));

  let run = await runOnce(request, interruptions, strace, pmap);
  let tracer = strace;
  if (strace && !run.wasTraced) {
    notes.push(`strace could not trace the program, so it ran without: ${run.complaint}`);
    tracer = undefined;
    run = await runOnce(request, interruptions, undefined, pmap);
  }
  const largest = run.family?.largest;
  const pid = largest?.pid ?? run.pid;
  const files = writeSnapshots(folder, largest, run.family?.count ?? 0, notes);
  if (tracer)
    files.unshift({ name: 'strace.log', what: 'system calls of all processes', pid: run.pid });
  if (heaptrack) files.push(...(await recordHeap(request, interruptions, heaptrack, notes)));

  const manifest: Manifest = {
    ...known,
    durationSeconds: run.seconds,
    pid,
    exitCode: run.exitCode,
    signal: run.signal,
    tools: [tracer, pmap, heaptrack].flatMap((tool) =>
      tool ? [{ name: tool.name, version: tool.version }] : [],
    ),
    options: { intervalMs: request.intervalMs, holdMs: tracer ? request.holdMs : 0 },
    files,
    notes,
  };
  writePrivate(path.join(folder, MANIFEST), manifestText(manifest));
  return { manifest, exitCode: shellCode(run) };
}

const MANIFEST = 'manifest.json';

/** What a manifest says before the program has run. */
const NOTHING_YET = {
  durationSeconds: 0,
  pid: undefined,
  exitCode: null,
  signal: null,
  tools: [],
  options: {},
  files: [],
  notes: ['memtool was ended while it recorded'],
};

const manifestText = (manifest: Manifest) => `${JSON.stringify(manifest, null, 2)}\n`;

/** As /proc shows it: to nobody else. */
const PRIVATE = 0o600;

const writePrivate = (file: string, text: string) => writeFileSync(file, text, { mode: PRIVATE });

function toolOrNote(name: ToolName, notes: string[]): Tool | undefined {
  const tool = findTool(name);
  if (tool === undefined) {
    notes.push(`${name} is not installed (apt install ${PACKAGE_OF[name]})`);
  }
  return tool;
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

async function runOnce(
  { command, folder, timeout, intervalMs, holdMs, outputToStderr }: RecordRequest,
  interruptions: Interruptions,
  strace: Tool | undefined,
  pmap: Tool | undefined,
): Promise<Run> {
  const log = path.join(folder, 'strace.log');
  // Longer than the program may run, nobody holds it at its end, either.
  const heldMs = Math.min(holdMs, (timeout ?? Number.POSITIVE_INFINITY) * 1000);
  const hold = heldMs > 0 ? ['-e', `inject=exit_group:delay_enter=${heldMs * 1000}`] : [];
  if (strace) writePrivate(log, '');
  const argv = strace
    ? [strace.file, '-f', '-tt', '-y', '-o', log, '-e', TRACED, ...hold, '--', ...command]
    : command;
  const started = performance.now();
  // What strace itself complains about goes where the program's own errors go.
  const stdout = outputToStderr ? process.stderr : 'inherit';
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ['inherit', stdout, 'inherit'] });
  const ended = endOf(child, strace ? 'strace' : 'memtool', timeout, interruptions);
  const pid = child.pid && strace ? await tracedChild(child, strace.file) : child.pid;
  const family = pid ? new FamilyWatch(pid, started, intervalMs, pmap?.file) : undefined;
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

interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly complaint: string | undefined;
}

/** Waits for a program's end, which signals and a timeout can bring about. */
async function endOf(
  child: ChildProcess,
  startedBy: StartedBy,
  timeout: number | undefined,
  interruptions: Interruptions,
): Promise<Exit> {
  const ended = exitOf(child);
  const program = new RunningProgram(child, startedBy);
  interruptions.watch(program);
  const timers = timeout === undefined ? [] : program.endAfter(timeout);
  const exit = await ended;
  for (const timer of timers) clearTimeout(timer);
  interruptions.watch(undefined);
  return exit;
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', ({ message }) =>
      resolve({ exitCode: 127, signal: null, complaint: message }),
    );
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal, complaint: undefined }));
  });
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

function writeSnapshots(
  folder: string,
  watch: ProcessWatch | undefined,
  processes: number,
  notes: string[],
): RecordedFile[] {
  const files: RecordedFile[] = [];
  const write = (name: string, text: string, what: string) => {
    const file = path.join(folder, name);
    try {
      writePrivate(file, text);
      files.push({ name, what, pid: watch?.pid });
    } catch (error) {
      notes.push(`${name} could not be written (${(error as Error).message})`);
      // A part of a map would be taken for all of it.
      rmSync(file, { force: true });
    }
  };
  if (watch?.last === undefined) {
    notes.push('the program ended before its memory map could be read');
    return files;
  }
  const { peak, last, sawExit, samples } = watch;
  const whose = processes > 1 ? `, of the largest of ${processes} processes` : '';
  const after = (time: number) => `after ${time.toFixed(3)} s`;
  if (peak && peak !== last) {
    write(
      'peak.smaps.txt',
      peak.smaps,
      `the map when most was resident, ${after(peak.time)}${whose}`,
    );
    write('peak.status.txt', peak.status, 'its status when most was resident');
  }
  const when = sawExit ? 'as it ended' : 'as it was last seen';
  if (!sawExit) notes.push('the end of the program was not seen; the last map is older than that');
  write('end.smaps.txt', last.smaps, `the map ${when}, ${after(last.time)}${whose}`);
  write('end.status.txt', last.status, `its status ${when}`);
  if (last.pmap !== undefined) write('end.pmap-x.txt', last.pmap, `pmap -x ${when}`);
  const rows = samples.map(({ time, residentBytes }) => `${time.toFixed(4)},${residentBytes}`);
  write('resident.csv', `${['seconds,residentBytes', ...rows].join('\n')}\n`, 'resident over time');
  return files;
}

/** heaptrack slows a program and changes its memory, so it gets a run of its own. */
async function recordHeap(
  { command, folder, timeout }: RecordRequest,
  interruptions: Interruptions,
  heaptrack: Tool,
  notes: string[],
): Promise<RecordedFile[]> {
  if (interruptions.happened) {
    notes.push('interrupted, so there was no second run under heaptrack (--timeout ends both)');
    return [];
  }
  const output = path.join(folder, 'heaptrack');
  const child = spawn(heaptrack.file, ['-o', output, ...command], { stdio: 'ignore' });
  await endOf(child, 'heaptrack', timeout, interruptions);
  const name = readdirSync(folder).find((file) => /^heaptrack\.(?:zst|gz)$/.test(file));
  if (name !== undefined) chmodSync(path.join(folder, name), PRIVATE);
  if (name !== undefined) return [{ name, what: 'its heap, in a run of its own', pid: undefined }];
  notes.push('heaptrack left no recording');
  return [];
}

function shellCode({ exitCode, signal }: Pick<Run, 'exitCode' | 'signal'>): number {
  return signal === null ? (exitCode ?? 1) : 128 + constants.signals[signal];
}
