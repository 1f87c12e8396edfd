import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { constants, zstdCompressSync } from 'node:zlib';

const FOLDER = fileURLToPath(new URL('generated/', import.meta.url));

/** Text is written in pieces of this size, compressed ones each as a frame of its own. */
const PIECE_BYTES = 32 * 1024 * 1024;

/** A small generator of pseudo-random numbers, so that every machine measures the same file. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Writes a file once; later runs find it. */
export function once(name: string, write: (put: (text: string) => void) => void): string {
  const file = FOLDER + name;
  if (existsSync(file)) return file;
  mkdirSync(FOLDER, { recursive: true });
  const fd = openSync(`${file}.part`, 'w');
  let pieces: string[] = [];
  let length = 0;
  const level = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
  const flush = () => {
    const bytes = Buffer.from(pieces.join(''), 'latin1');
    writeSync(fd, name.endsWith('.zst') ? zstdCompressSync(bytes, level) : bytes);
    pieces = [];
    length = 0;
  };
  write((text) => {
    pieces.push(text);
    length += text.length;
    if (length >= PIECE_BYTES) flush();
  });
  flush();
  closeSync(fd);
  renameSync(`${file}.part`, file);
  return file;
}

export interface RecordingShape {
  /** Allocations and deallocations together. */
  readonly events: number;
  /** Different pairs of size and call stack. */
  readonly infos: number;
  /**
   * `routines`: the program repeats itself, as most do (its recordings shrink to a thirtieth);
   * `scattered`: any block may follow any other, which neither caches nor compression like.
   */
  readonly pattern: 'routines' | 'scattered';
}

const hex = (value: number) => value.toString(16);

/** A heaptrack recording as of a busy C++ program, with a clock stamp every few thousand events. */
export function recording({ events, infos, pattern }: RecordingShape): string {
  return once(`recording-${pattern}-${events}-${infos}.zst`, (put) => {
    const random = randomNumbers(42);
    put('v 10400 3\nX ./generated\nI 1000 600000\n');
    const strings = ['/usr/lib/libgenerated.so', '/src/generated.cpp'];
    for (let i = 0; i < 2000; i++)
      strings.push(`generated::Class${i % 97}::method${i}(int, char const*)`);
    for (const text of strings) put(`s ${hex(text.length)} ${text}\n`);
    const ips = 4000;
    for (let i = 0; i < ips; i++) {
      put(`i ${hex(0x7f0000000000 + i * 64)} 1 ${hex(3 + (i % 2000))} 2 ${hex(1 + (i % 900))}\n`);
    }
    const traces = Math.max(64, Math.floor(infos / 4));
    for (let i = 1; i <= traces; i++) {
      put(`t ${hex(1 + random(ips))} ${hex(i <= 8 ? i - 1 : 1 + random(i - 1))}\n`);
    }
    for (let i = 0; i < infos; i++) put(`a ${hex(8 + random(4000))} ${hex(1 + random(traces))}\n`);

    let time = 0;
    const source = pattern === 'routines' ? routines(random, infos) : scattered(random, infos);
    for (let event = 0; event < events; ) {
      if (event % 10_000 < 100) {
        time += 9;
        put(`c ${hex(time)}\nR ${hex(20_000 + random(500))}\n`);
      }
      const batch = source();
      event += batch.length;
      put(`${batch.join('\n')}\n`);
    }
    put(`\n# strings: ${strings.length}\n# ips: ${ips}\n`);
  });
}

/** Each call gives the events of one routine: always the same, but for what it keeps for later. */
function routines(random: (below: number) => number, infos: number): () => string[] {
  const all = Array.from({ length: 300 }, () => {
    const lines: string[] = [];
    const open: string[] = [];
    for (let i = 0; i < 40 + random(200); i++) {
      if (open.length > 0 && random(2) === 0) {
        lines.push(`- ${open.splice(random(open.length), 1)[0]}`);
      } else {
        open.push(hex(random(infos)));
        lines.push(`+ ${open.at(-1)}`);
      }
    }
    for (const info of open) lines.push(`- ${info}`);
    return { lines, kept: hex(random(infos)), waiting: 0 };
  });
  return () => {
    const routine = all[random(random(4) === 0 ? all.length : 20)]!;
    if (routine.waiting < 500) routine.waiting++;
    else routine.waiting = 0;
    const release = Array.from(
      { length: routine.waiting === 0 ? 500 : 0 },
      () => `- ${routine.kept}`,
    );
    return [...routine.lines, `+ ${routine.kept}`, ...release];
  };
}

/** A hundred events at a time, of blocks that live briefly or long. */
function scattered(random: (below: number) => number, infos: number): () => string[] {
  const live: number[] = [];
  return () => {
    const lines: string[] = [];
    while (lines.length < 100) {
      if (random(4) === 0) {
        const info = hex(random(infos));
        lines.push(`+ ${info}`, `- ${info}`);
      } else if (live.length < 100_000 || random(2) === 0) {
        live.push(random(infos));
        lines.push(`+ ${hex(live.at(-1)!)}`);
      } else {
        const at = random(live.length);
        lines.push(`- ${hex(live[at]!)}`);
        live[at] = live.at(-1)!;
        live.pop();
      }
    }
    return lines;
  };
}
/** The smaps of a process with many threads and libraries: its parts come in turn. */
export function memoryMap(mappings: number): string {
  return once(`smaps-${mappings}.txt`, (put) => {
    const random = randomNumbers(7);
    let address = 0x7f0000000000;
    for (let i = 0; i < mappings; i++) {
      const pages = 1 + random(i % 7 === 0 ? 4000 : 40);
      const start = address.toString(16);
      address += pages * 4096;
      const file = i % 3 === 0 ? `/usr/lib/libgenerated${i % 97}.so.1` : '';
      const rights = ['r-xp', 'rw-p', 'rw-p', '---p'][i % 4]!;
      const resident = rights === '---p' ? 0 : random(pages + 1) * 4;
      put(
        `${start}-${address.toString(16)} ${rights} 00000000 08:01 ${file ? 1000 + (i % 97) : 0} ${file}\n`,
      );
      put(`Size: ${pages * 4} kB\nRss: ${resident} kB\nPss: ${resident >> 1} kB\n`);
      put(
        `Shared_Dirty: 0 kB\nPrivate_Dirty: ${file ? 0 : resident} kB\nVmFlags: rd wr mr mw me ac\n`,
      );
      if (i % 11 === 0) address += 4096;
    }
  });
}
