/**
 * What `pmap PID` prints, with any options, as procps 3.2 to 4.0.6, busybox and toybox do, in any of
 * procps' languages.
 *
 *     10423:   ./heaptrace_csv
 *     Address           Kbytes     RSS   Dirty Mode  Mapping
 *     00005555555b0000    4920    4884    4884 rw---   [ anon ]
 *     ---------------- ------- ------- -------
 *     total kB            8144    7076    5588
 *
 * Header, total and the names in brackets are translated; the first two are told by their shape,
 * the names by a table (words.ts). `-q` leaves out header and total, `-p` prints whole paths. The
 * columns of `-X` are those of smaps, under the kernel's names, in every language.
 *
 * Where it lies: on kernels from 4.3 procps before 3.3.13 prints every row twice, the second time
 * empty; the second is dropped. `-X` of procps before 4.0.4 adds to the total of a process those of
 * the processes before it, and `-x -A` sums rows that it does not show; memtool shows the sums of the
 * rows. The heap, the vdso and all other memory without a file are called `[ anon ]` except by -X
 * and -k; telling them apart is a matter of analysis, not of parsing.
 */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { readLines } from '../../input/lines.ts';
import { fileBacking, kernelBacking } from '../../model/backing.ts';
import {
  type Backing,
  type Footprint,
  LINUX,
  type Mapping,
  type MemoryMap,
  type MemoryMaps,
} from '../../model/memory-map.ts';
import { parsePid } from '../../model/whole-number.ts';
import { type Format, maybe, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { reportOverlaps } from '../overlaps.ts';
import { headerColumns } from './header.ts';
import {
  NO_COLUMNS,
  type PmapColumns,
  type PmapRow,
  type PmapRowFault,
  parsePmapRow,
} from './row.ts';
import { layoutOf, usualLayout } from './row-layout.ts';
import { parseTotal } from './total.ts';
import { TotalCheck } from './total-check.ts';
import { bracketWord } from './words.ts';

/** `81044:   /home/me/program --flag`; busybox and the blog's copy have one space. */
const PROCESS = /^(\d+):\s+(.*)$/;

/** `---------------- ------- -------`, `===== ====` under -X. */
const RULE = /^\s*(?:-{3,}|={2,})(?:\s+[-=]{2,})*\s*$/;

/** The vsyscall page and whatever else the kernel maps above user space. */
const KERNEL_HALF = 0xffff800000000000;

function detect(head: Head): Verdict {
  if (!head.isText) return no('it is not text');
  let columns = NO_COLUMNS;
  for (const line of head.lines) {
    const row = parsePmapRow(line, columns);
    if (row && 'start' in row) return yes('it has rows of address, sizes, mode and name');
    columns = headerColumns(line) ?? columns;
  }
  const first = head.lines.find((line) => line.trim() !== '') ?? '';
  return PROCESS.test(first)
    ? maybe('it starts with a PID and a command, but has no rows')
    : no('it has no rows of address, sizes, mode and name');
}

/** What stands between two process lines, while it is read. */
interface OpenMap {
  pid: number | undefined;
  command: string | undefined;
  line: number;
  text: string;
  hasHeader: boolean;
  columns: PmapColumns;
  afterRule: boolean;
  rows: { row: PmapRow; line: number }[];
  stated: (Footprint & { line: number }) | undefined;
}

function openMap(line: number, text: string, process: RegExpExecArray | undefined): OpenMap {
  return {
    pid: process ? parsePid(process[1]!) : undefined,
    command: process?.[2],
    line,
    text,
    hasHeader: false,
    columns: NO_COLUMNS,
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
  readonly #totals: TotalCheck;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
    this.#totals = new TotalCheck(diagnostics);
  }

  onLine(text: string, line: number): void {
    if (text.trim() === '') return;
    const map = this.#open;
    const row = parsePmapRow(text, map?.columns ?? NO_COLUMNS);
    if (row !== undefined) {
      this.#onRow(row, text, line);
      return;
    }
    const process = PROCESS.exec(text);
    if (process) {
      this.#close();
      this.#open = openMap(line, text, process);
      if (this.#open.pid === undefined) {
        const message = 'no process has such a PID; the rows below it are shown without one';
        this.#diagnostics.report('pmap/unexpected-line', message, { line, text });
      }
      return;
    }
    if (RULE.test(text) && map) {
      map.afterRule = true;
      return;
    }
    if (map && this.#isTotal(map, text, line)) return;
    const columns = headerColumns(text);
    if (columns && !map?.hasHeader && !map?.rows.length) {
      this.#open ??= openMap(line, text, undefined);
      this.#open.hasHeader = true;
      this.#open.columns = columns;
      return;
    }
    this.#diagnostics.report('pmap/unexpected-line', 'this line is not part of pmap output', {
      line,
      text,
    });
  }

  finish(): MemoryMaps {
    this.#close();
    return { kind: 'memory-maps', maps: this.maps };
  }

  /** Totals stand below a rule, those of sizes with a unit directly below the rows. */
  #isTotal(map: OpenMap, text: string, line: number): boolean {
    const shape = map.rows.at(-1)?.row.shape;
    if (shape === undefined || map.stated) return false;
    if (!map.afterRule && (shape === 'extended' || shape === 'kernel')) return false;
    const total = parseTotal(text, shape, map.columns);
    if (total) map.stated = { ...total, line };
    return total !== undefined;
  }

  #onRow(row: PmapRow | PmapRowFault, text: string, line: number): void {
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
    const { pid, command, stated, rows } = map;
    const shape = rows.at(-1)?.row.shape;
    if (shape === undefined) {
      const message = `there are no mappings for process ${pid ?? '?'}`;
      this.#diagnostics.report('pmap/no-rows', message, { line: map.line, text: map.text });
    } else if (map.hasHeader && stated === undefined) {
      // Without a header the total may have been left out on purpose, by -q.
      const message = 'the total line is missing after this row';
      this.#diagnostics.report('pmap/total-missing', message, { line: rows.at(-1)!.line });
    }
    this.#leaveOutOddRows(map);
    const mappings = this.#mappings(map);
    reportOverlaps(mappings, this.#diagnostics);
    if (stated !== undefined) this.#totals.check(mappings, stated);
    this.maps.push({
      system: LINUX,
      pid,
      command,
      executable: undefined,
      mappings,
      stated,
      account: [],
    });
  }

  /** A row that lacks a number does not say which one, so that the others tell it. */
  #leaveOutOddRows(map: OpenMap): void {
    const usual = usualLayout(map.rows.map(({ row }) => row));
    map.rows = map.rows.filter(({ row, line }) => {
      if (layoutOf(row) === usual) return true;
      const message = 'the row has not as many numbers as the others';
      this.#diagnostics.report('pmap/malformed-row', message, { line });
      return false;
    });
  }

  #mappings(map: OpenMap): Mapping[] {
    const stack = map.rows.findLast(({ row }) => row.start < KERNEL_HALF);
    return map.rows.map(({ row: { shape, name, numbers: _numbers, ...row }, line }) => {
      const backing =
        shape === 'kernel'
          ? kernelBacking(name)
          : this.#backing(name, row.permissions, line, line === stack?.line);
      return { ...row, backing, line };
    });
  }

  #backing(name: string, permissions: string, line: number, isLast: boolean): Backing {
    const bracket = /^\[ ?(.*?) ?\]$/.exec(name);
    if (bracket === null) return fileBacking(name);
    const word = bracket[1]!.trim();
    if (word.startsWith('shmid=')) return { kind: 'shared-memory', name };
    const known = bracketWord(word);
    if (known === 'stack') return { kind: 'stack' };
    if (known === 'anonymous') return { kind: 'anonymous', name: undefined };
    if (known === 'kernel') return kernelBacking(`[${word}]`);
    // The stack is the last row in user space, under a name that no other row has.
    const isNew = !this.#unknownWords.has(word);
    this.#unknownWords.add(word);
    const isStack = isNew && isLast && permissions.startsWith('rw');
    if (isNew) {
      const meaning = isStack ? 'the stack, as the last row' : 'anonymous memory';
      const message = `[ ${word} ] is no known name; it is taken for ${meaning}`;
      this.#diagnostics.report('pmap/unknown-name', message, { line });
    }
    return isStack ? { kind: 'stack' } : { kind: 'anonymous', name: undefined };
  }
}

export const pmap: Format<'memory-maps'> = {
  id: 'pmap',
  title: 'pmap output',
  produces: 'memory-maps',
  command: 'pmap',
  howToCapture: 'pmap -x PID > pmap.txt',
  detect,
  async parse(input: Input, context: ParseContext): Promise<MemoryMaps> {
    const reader = new PmapReader(context.diagnostics);
    await readLines(input, context.diagnostics, reader);
    return reader.finish();
  },
};
