/**
 * `pmap -x PID`, as procps 3.3.2 to 4.0.6 print it, in any of its languages.
 *
 *     10423:   ./heaptrace_csv
 *     Address           Kbytes     RSS   Dirty Mode  Mapping
 *     00005555555b0000    4920    4884    4884 rw---   [ anon ]
 *     ---------------- ------- ------- -------
 *     total kB            8144    7076    5588
 *
 * Header, total and the names in brackets are translated; the first two are told by their shape,
 * the names by a table (words.ts). `-q` leaves out header and total, `-p` prints whole paths.
 *
 * Where it lies: on kernels from 4.3 procps before 3.3.13 prints every row twice, the second time
 * empty; the second is dropped. The heap, the vdso and all other memory without a file are called
 * `[ anon ]`; telling them apart is a matter of analysis, not of parsing.
 */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { readLines } from '../../input/lines.ts';
import { fileBacking } from '../../model/backing.ts';
import { KIB } from '../../model/bytes.ts';
import type { Backing, Footprint, Mapping, MemoryMap, MemoryMaps } from '../../model/memory-map.ts';
import { type Format, maybe, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { type PmapRow, parsePmapRow } from './row.ts';
import { bracketWord } from './words.ts';

/** `81044:   /home/me/program --flag`; busybox and the blog's copy have one space. */
const PROCESS = /^(\d+):\s+(.*)$/;

/** `Address  Kbytes  RSS  Dirty Mode  Mapping`: five words or more in any language, no digits. */
const HEADER = /^(?:\s*[^\s\d]+){5,}\s*$/;

/** `---------------- ------- ------- -------` */
const RULE = /^\s*-{3,}(?:\s+-{3,})+\s*$/;

/** `total kB   8372    7308    5524`, `razem kB …`, `kB gesamt …`: words, then three numbers. */
const TOTAL = /(?:^|\s)(\d+)\s+(\d+)\s+(\d+)\s*$/;

/** The vsyscall page and whatever else the kernel maps above user space. */
const KERNEL_HALF = 0xffff800000000000;

function detect(head: Head): Verdict {
  if (!head.isText) return no('it is not text');
  const rows = head.lines.map(parsePmapRow).filter((row) => row !== undefined);
  const good = rows.filter((row) => 'start' in row).length;
  if (good > 0) return yes('it has rows of address, three sizes, mode and name');
  const first = head.lines.find((line) => line.trim() !== '') ?? '';
  if (PROCESS.test(first)) {
    return rows.length > 0
      ? no('it is pmap output, but not of `pmap -x`')
      : maybe('it starts with a PID and a command, but has no rows');
  }
  return no('it has no rows of address, three sizes, mode and name');
}

/** What stands between two process lines, while it is read. */
interface OpenMap {
  pid: number | undefined;
  command: string | undefined;
  line: number;
  text: string;
  hasHeader: boolean;
  afterRule: boolean;
  rows: { row: PmapRow; line: number }[];
  stated: (Footprint & { line: number }) | undefined;
}

function openMap(line: number, text: string, process: RegExpExecArray | undefined): OpenMap {
  return {
    pid: process ? Number(process[1]) : undefined,
    command: process?.[2],
    line,
    text,
    hasHeader: false,
    afterRule: false,
    rows: [],
    stated: undefined,
  };
}

class PmapReader {
  readonly maps: MemoryMap[] = [];
  readonly #diagnostics: Diagnostics;
  #open: OpenMap | undefined;
  readonly #unknownWords = new Set<string>();

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  onLine(text: string, line: number): void {
    if (text.trim() === '') return;
    const row = parsePmapRow(text);
    if (row !== undefined) {
      this.#onRow(row, text, line);
      return;
    }
    const process = PROCESS.exec(text);
    if (process) {
      this.#close();
      this.#open = openMap(line, text, process);
      return;
    }
    const map = this.#open;
    if (RULE.test(text) && map) {
      map.afterRule = true;
      return;
    }
    const total = TOTAL.exec(text);
    if (total && map?.afterRule) {
      const [size, resident, dirty] = total.slice(1).map((kib) => Number(kib) * KIB);
      map.stated = { size: size!, resident, dirty, line };
      return;
    }
    if (HEADER.test(text) && !map?.hasHeader && !map?.rows.length) {
      this.#open ??= openMap(line, text, undefined);
      this.#open.hasHeader = true;
      return;
    }
    this.#diagnostics.report('pmap/unexpected-line', 'this line is not part of `pmap -x` output', {
      line,
      text,
    });
  }

  onCut(line: number): void {
    this.#diagnostics.report('input/line-too-long', 'the line is too long for any row', { line });
  }

  finish(): MemoryMaps {
    this.#close();
    return { kind: 'memory-maps', maps: this.maps };
  }

  #onRow(row: NonNullable<ReturnType<typeof parsePmapRow>>, text: string, line: number): void {
    if (!('start' in row)) {
      const message = `expected ${row.expected}`;
      this.#diagnostics.report('pmap/malformed-row', message, { line, column: row.column, text });
      return;
    }
    this.#open ??= openMap(line, text, undefined);
    const rows = this.#open.rows;
    if (rows.at(-1)?.row.start === row.start) {
      const message = 'the row repeats the address of the row before it';
      this.#diagnostics.report('pmap/doubled-row', message, { line, text });
      return;
    }
    rows.push({ row, line });
  }

  #close(): void {
    const map = this.#open;
    this.#open = undefined;
    if (map === undefined) return;
    const { pid, command, stated } = map;
    if (map.rows.length === 0) {
      const message = `there are no mappings for process ${pid}`;
      this.#diagnostics.report('pmap/no-rows', message, { line: map.line, text: map.text });
    } else if (map.hasHeader && stated === undefined) {
      const message = 'the total line is missing after this row';
      this.#diagnostics.report('pmap/total-missing', message, { line: map.rows.at(-1)!.line });
    }
    const mappings = this.#mappings(map);
    this.#checkTotal(mappings, stated);
    this.maps.push({ pid, command, executable: undefined, mappings, stated });
  }

  #mappings(map: OpenMap): Mapping[] {
    const stack = map.rows.findLast(({ row }) => row.start < KERNEL_HALF);
    return map.rows.map(({ row, line }) => {
      const { start, size, resident, dirty, permissions } = row;
      const backing = this.#backing(row, line, row === stack?.row);
      return { start, size, resident, dirty, permissions, backing, line };
    });
  }

  #backing(row: PmapRow, line: number, isLast: boolean): Backing {
    const bracket = /^\[ ?(.*?) ?\]$/.exec(row.name);
    if (bracket === null) return fileBacking(row.name);
    const word = bracket[1]!.trim();
    if (word.startsWith('shmid=')) return { kind: 'shared-memory', name: row.name };
    const known = bracketWord(word);
    if (known === 'stack') return { kind: 'stack' };
    if (known === 'anonymous') return { kind: 'anonymous', name: undefined };
    // The stack is the last row in user space, under a name that no other row has.
    const isNew = !this.#unknownWords.has(word);
    this.#unknownWords.add(word);
    const isStack = isNew && isLast && row.permissions.startsWith('rw');
    if (isNew) {
      const meaning = isStack ? 'the stack, as the last row' : 'anonymous memory';
      const message = `[ ${word} ] is no known name; it is taken for ${meaning}`;
      this.#diagnostics.report('pmap/unknown-name', message, { line });
    }
    return isStack ? { kind: 'stack' } : { kind: 'anonymous', name: undefined };
  }

  #checkTotal(mappings: readonly Mapping[], stated: MemoryMap['stated']): void {
    if (stated === undefined) return;
    for (const column of ['size', 'resident', 'dirty'] as const) {
      const sum = mappings.reduce((total, mapping) => total + mapping[column]!, 0);
      if (sum === stated[column]) continue;
      const message = `the total says ${column} ${stated[column]! / KIB} KiB, the rows sum to ${sum / KIB} KiB`;
      this.#diagnostics.report('pmap/total-differs', message, { line: stated.line });
    }
  }
}

export const pmapX: Format = {
  id: 'pmap-x',
  title: 'a `pmap -x` table',
  produces: 'memory-maps',
  howToCapture: 'pmap -x PID > pmap.txt',
  detect,
  async parse(input: Input, context: ParseContext): Promise<MemoryMaps> {
    const reader = new PmapReader(context.diagnostics);
    await readLines(input.chunks(), reader);
    return reader.finish();
  },
};
