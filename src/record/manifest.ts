import { release } from 'node:os';
import type { Tool } from './tools.ts';

/** What a file of a recording holds. */
export interface RecordedFile {
  readonly name: string;
  /** In words: `the memory map when most was resident, after 0.31 s`. */
  readonly what: string;
  readonly pid: number | undefined;
  /** Of a memory map and what was read with it: when that was. */
  readonly moment?: RecordedMoment;
  /** From the start of the run. */
  readonly seconds?: number;
}

/** When most was resident, held at its exit, as it was last seen, or while it ran on. */
export type RecordedMoment = 'peak' | 'exit' | 'last' | 'running';

/** `manifest.json`: how the captures of a folder came to be. */
export interface Manifest {
  readonly schema: 'memtool/recording';
  readonly schemaVersion: 1;
  readonly memtoolVersion: string;
  readonly command: readonly string[];
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly pid: number | undefined;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly kernel: string;
  readonly architecture: string;
  readonly tools: readonly Pick<Tool, 'name' | 'version'>[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly files: readonly RecordedFile[];
  /** What is missing, and why. */
  readonly notes: readonly string[];
}

/** What is known before anything has happened. */
export const manifestHead = (memtoolVersion: string, command: readonly string[]) =>
  ({
    schema: 'memtool/recording',
    schemaVersion: 1,
    memtoolVersion,
    command,
    startedAt: new Date().toISOString(),
    kernel: release(),
    architecture: process.arch,
  }) as const;

/** What a manifest says of a run of which nothing is known yet. */
export const NOTHING_YET = {
  durationSeconds: 0,
  pid: undefined,
  exitCode: null,
  signal: null,
  tools: [],
  options: {},
  files: [],
  notes: ['memtool was ended while it recorded'],
};
