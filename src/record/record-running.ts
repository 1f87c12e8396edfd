/** Captures a process that runs already, at one moment, and leaves it running. */
import { readFileSync } from 'node:fs';
import { type Manifest, manifestHead, NOTHING_YET } from './manifest.ts';
import { RecordingFiles } from './recording-files.ts';
import { isWhole, pmapOutput } from './sampler.ts';
import { toolOrNote } from './tools.ts';

export interface RunningRequest {
  readonly pid: number;
  /** Empty. */
  readonly folder: string;
  readonly core: boolean;
  readonly heapOf: (pid: number) => string | undefined;
  readonly memtoolVersion: string;
}

/** @throws what the system says where the process is gone, or is somebody else's. */
export function recordRunning(request: RunningRequest): Manifest {
  const { pid, folder, core, heapOf, memtoolVersion } = request;
  const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
  const started = performance.now();
  const notes: string[] = [];
  const files = new RecordingFiles(folder, notes);
  // Its arguments are nobody's business.
  const head = manifestHead(memtoolVersion, [read('comm').trimEnd()]);
  files.writeManifest({ ...head, ...NOTHING_YET });
  const pmap = toolOrNote('pmap', notes);
  const snapshot = {
    time: 0,
    smaps: read('smaps'),
    status: read('status'),
    pmap: pmap && pmapOutput(pmap.file, pid),
    heap: heapOf(pid),
  };
  if (isWhole(snapshot))
    files.writeSnapshot('now', snapshot, 'while it ran', { pid, moment: 'running' });
  else notes.push('the process ended before its memory map could be read');
  if (core) files.writeCore('now.core', 'its memory while it ran', pid);
  const manifest: Manifest = {
    ...head,
    durationSeconds: (performance.now() - started) / 1000,
    pid,
    exitCode: null,
    signal: null,
    tools: pmap ? [{ name: pmap.name, version: pmap.version }] : [],
    options: {},
    files: files.list,
    notes,
  };
  files.writeManifest(manifest);
  return manifest;
}
