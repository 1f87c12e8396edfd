/** The files of a recording: nobody else may read them, and what could not be written whole is not there. */
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeCore } from './core-file.ts';
import type { Manifest, RecordedFile, RecordedMoment } from './manifest.ts';
import type { ProcessWatch, Snapshot } from './sampler.ts';

const MANIFEST = 'manifest.json';

/** As /proc shows it: to nobody else. */
const PRIVATE = 0o600;

type FileFacts = Partial<Pick<RecordedFile, 'pid' | 'moment' | 'seconds'>>;

interface SnapshotFacts {
  readonly pid: number;
  readonly moment: RecordedMoment;
}

export class RecordingFiles {
  readonly folder: string;
  readonly #notes: string[];
  #files: RecordedFile[] = [];

  /** @param notes takes what could not be written, and why. */
  constructor(folder: string, notes: string[]) {
    this.folder = folder;
    this.#notes = notes;
  }

  get list(): readonly RecordedFile[] {
    return this.#files;
  }

  pathOf(name: string): string {
    return path.join(this.folder, name);
  }

  /** Takes up a file that a tool has made. */
  adopt(name: string, what: string): void {
    chmodSync(this.pathOf(name), PRIVATE);
    this.add(name, what);
  }

  add(name: string, what: string, about: FileFacts = {}): void {
    this.#files.push({ name, what, pid: about.pid, ...about });
  }

  /** @param content makes the file itself, or its text. */
  write(
    name: string,
    content: string | ((file: string) => unknown),
    what: string,
    about: FileFacts = {},
  ): void {
    const file = this.pathOf(name);
    // The memory of a larger process replaces that of a smaller one.
    this.#files = this.#files.filter((one) => one.name !== name);
    rmSync(file, { force: true });
    try {
      if (typeof content === 'string') writeFileSync(file, content, { mode: PRIVATE });
      else content(file);
      this.add(name, what, about);
    } catch (error) {
      this.#notes.push(`${name} could not be written (${(error as Error).message})`);
      // A part of a map would be taken for all of it.
      rmSync(file, { force: true });
    }
  }

  /** An empty file for a tool to fill. */
  prepare(name: string): string {
    const file = this.pathOf(name);
    writeFileSync(file, '', { mode: PRIVATE });
    return file;
  }

  /** @throws what the system says. */
  writeManifest(manifest: Manifest): void {
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    writeFileSync(this.pathOf(MANIFEST), text, { mode: PRIVATE });
  }

  /** @param name begins the names of the files: `end`. */
  writeSnapshot(name: string, snapshot: Snapshot, when: string, about: SnapshotFacts): void {
    const { smaps, status, pmap, heap, time } = snapshot;
    const facts = { ...about, seconds: time };
    this.write(`${name}.smaps.txt`, smaps, `the map ${when}`, facts);
    this.write(`${name}.status.txt`, status, `its status ${when}`, facts);
    if (pmap !== undefined) this.write(`${name}.pmap-x.txt`, pmap, `pmap -x ${when}`, facts);
    if (heap !== undefined) this.write(`${name}.heap.json`, heap, `what malloc has ${when}`, facts);
  }

  writeCore(name: string, what: string, pid: number): void {
    this.write(name, (file) => writeCore(pid, file), what, { pid });
  }

  /** @param processes how many the program was. */
  writeWatch(watch: ProcessWatch | undefined, processes: number): void {
    if (watch?.last === undefined) {
      this.#notes.push('the program ended before its memory map could be read');
      return;
    }
    const { pid, peak, last, sawExit, samples } = watch;
    const whose = processes > 1 ? `, of the largest of ${processes} processes` : '';
    const at = (when: string, { time }: Snapshot) => `${when}, after ${time.toFixed(3)} s${whose}`;
    if (peak && peak !== last) {
      this.writeSnapshot('peak', peak, at('when most was resident', peak), { pid, moment: 'peak' });
    }
    if (!sawExit) {
      this.#notes.push('the end of the program was not seen; the last map is older than that');
    }
    const end = at(sawExit ? 'as it ended' : 'as it was last seen', last);
    this.writeSnapshot('end', last, end, { pid, moment: sawExit ? 'exit' : 'last' });
    const rows = samples.map(({ time, residentBytes }) => `${time.toFixed(4)},${residentBytes}`);
    const table = `${['seconds,residentBytes', ...rows].join('\n')}\n`;
    this.write('resident.csv', table, 'resident over time', { pid });
  }
}
