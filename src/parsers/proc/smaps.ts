/**
 * /proc/PID/smaps, smaps_rollup and maps, live or saved: the kernel's own account, one header line
 * per mapping and, except in maps, a list of fields below it (proc_pid_smaps(5), show_smap in
 * fs/proc/task_mmu.c).
 *
 *     5555555b0000-555555a7e000 rw-p 00000000 00:00 0                          [heap]
 *     Size:               4920 kB
 *     Rss:                4884 kB
 *
 * The set of fields grows with kernel versions; fields that are not used are passed over by shape.
 * A size of the header (end - start) is exact; `Size:` repeats it. `dirty` is what pmap calls so:
 * Shared_Dirty + Private_Dirty. smaps_rollup has one mapping, `[rollup]`, from the first address to
 * the last, whose fields are sums. Pages of hugetlbfs are in no field but their own.
 */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { LineChunker, type LineRunHandler } from '../../input/line-chunker.ts';
import { type Address, parseAddress } from '../../model/address.ts';
import { kernelBacking } from '../../model/backing.ts';
import { type Bytes, parseKib } from '../../model/bytes.ts';
import { type AccountEntry, LINUX, type Mapping, type MemoryMaps } from '../../model/memory-map.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { reportOverlaps } from '../overlaps.ts';
import { FieldLines } from './field-line.ts';
import { FIELDS, FieldCheck, footprintOf } from './fields.ts';
import { accountEntry, statusAccount } from './status.ts';

/** start - end, rights, offset, device, inode, name (which may hold spaces, or be absent). */
const HEADER =
  /^([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-][sp]) ([0-9a-f]+) [0-9a-f]+:[0-9a-f]+ \d+ *(.*)$/;

/** `Rss:                 64 kB`, `THPeligible:           0`, `VmFlags: rd mr mw me`. */
const FIELD = /^([A-Za-z_]+):\s*(.*?)\s*$/s;

const IS_FIELD = /^[A-Za-z_]+:/;

/** Someone may have kept only some fields; `maps` has none. */
const ANY_FIELD = /^[A-Z][A-Za-z_]+: +\d+ kB\s*$/;

const KIB_VALUE = /^(\d+) kB$/;

const ROLLUP = '[rollup]';

interface OpenMapping {
  readonly start: Address;
  readonly end: Address;
  readonly permissions: string;
  readonly offset: number;
  readonly name: string;
  readonly line: number;
  /** In the order of `FIELDS`. */
  readonly fields: (Bytes | undefined)[];
}

class SmapsReader implements LineRunHandler {
  readonly account: AccountEntry[] = [];
  readonly #diagnostics: Diagnostics;
  readonly #mappings: Mapping[] = [];
  readonly #check: FieldCheck;
  readonly #fieldLines = new FieldLines(FIELDS);
  #line = 0;
  #open: OpenMapping | undefined;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
    this.#check = new FieldCheck(diagnostics);
  }

  onLines(buffer: Uint8Array, start: number, end: number): undefined {
    const lines = this.#fieldLines;
    for (let at = start; at < end; at = lines.end + 1) {
      this.#line++;
      const field = lines.read(buffer, at, end);
      const open = this.#open;
      if (open?.name !== ROLLUP && field !== 'other') {
        if (field !== 'unused' && open) open.fields[field] = lines.value;
      } else this.#onText(lineText(buffer, at, lines.end), this.#line);
    }
  }

  onCut(): void {
    this.#diagnostics.report('input/line-too-long', 'the line is too long', {
      line: this.#line + 1,
    });
  }

  #onText(text: string, line: number): void {
    if (text.trim() === '') return;
    if (IS_FIELD.test(text)) {
      this.#onField(text, line);
      return;
    }
    this.close();
    this.#open = openMapping(text, line);
    if (this.#open !== undefined) return;
    const message = 'expected a mapping (start-end rights offset device inode name) or a field';
    this.#diagnostics.report('smaps/malformed-header', message, { line, text });
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.name === ROLLUP) return;
    const { start, end, permissions, offset, line, fields } = open;
    this.#check.add(fields);
    this.#mappings.push({
      start,
      size: end - start,
      permissions,
      offset,
      backing: kernelBacking(open.name),
      line,
      ...footprintOf(fields),
    });
  }

  /** @param hasFields false for /proc/PID/maps. */
  finish(hasFields: boolean): readonly Mapping[] {
    this.close();
    return hasFields ? this.#check.complete(this.#mappings) : this.#mappings;
  }

  #onField(text: string, line: number): void {
    const open = this.#open;
    const [, key, value] = FIELD.exec(text)!;
    if (open?.name === ROLLUP) {
      const entry = accountEntry(text, line);
      if (entry) this.account.push(entry);
      else this.#reportField(key!, value!, text, line);
      return;
    }
    const bytes = parseKib(KIB_VALUE.exec(value!)?.[1] ?? '');
    if (bytes === undefined) this.#reportField(key!, value!, text, line);
    else if (open) open.fields[(FIELDS as readonly string[]).indexOf(key!)] = bytes;
  }

  #reportField(key: string, value: string, text: string, line: number): void {
    const column = text.indexOf(value, key.length + 1) + 1;
    const message = `expected ${key} in kB${KIB_VALUE.test(value) ? ', less than 8 PiB' : ''}`;
    this.#diagnostics.report('smaps/malformed-field', message, { line, column, text });
  }
}

function lineText(buffer: Uint8Array, start: number, end: number): string {
  const text = Buffer.from(buffer.buffer, buffer.byteOffset + start, end - start).toString();
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** @returns undefined for a line that is no header of a mapping, or of one that no process has. */
function openMapping(text: string, line: number): OpenMapping | undefined {
  const header = HEADER.exec(text);
  if (header === null) return undefined;
  const [start, end, offset] = [header[1]!, header[2]!, header[4]!].map(parseAddress);
  if (start === undefined || end === undefined || offset === undefined) return undefined;
  const name = header[5]!;
  // A rollup spans all that a process has mapped, from its program to the kernel's own pages.
  const isPossible = end > start && (name === ROLLUP || Number.isSafeInteger(end - start));
  if (!isPossible) return undefined;
  return {
    start,
    end,
    permissions: header[3]!,
    offset,
    name,
    line,
    fields: new Array(FIELDS.length),
  };
}

/** What the first line of a file of this family says of it; undefined for other files. */
function kindOf(head: Head): 'maps' | 'smaps' | 'rollup' | undefined {
  if (!head.isText) return undefined;
  const first = head.lines.find((line) => line.trim() !== '') ?? '';
  if (!HEADER.test(first)) return undefined;
  if (first.endsWith(ROLLUP)) return 'rollup';
  return head.lines.some((line) => ANY_FIELD.test(line)) ? 'smaps' : 'maps';
}

function detectKind(head: Head, wanted: ReturnType<typeof kindOf>, because: string): Verdict {
  const kind = kindOf(head);
  if (kind === wanted) return yes(because);
  if (kind === undefined) return no('it does not start with a mapping (start-end rights …)');
  return no(`it is /proc/PID/${kind === 'rollup' ? 'smaps_rollup' : kind}`);
}

async function parse(input: Input, context: ParseContext, hasFields: boolean): Promise<MemoryMaps> {
  const reader = new SmapsReader(context.diagnostics);
  const lines = new LineChunker(reader);
  for await (const chunk of input.chunks()) lines.push(chunk);
  lines.finish();
  const mappings = reader.finish(hasFields);
  reportOverlaps(mappings, context.diagnostics);
  const { pid, command, executable, status } = input.process ?? {};
  const account = status === undefined ? reader.account : statusAccount(status);
  const map = { system: LINUX, pid, command, executable, mappings, stated: undefined, account };
  return { kind: 'memory-maps', maps: [map] };
}

export const smaps: Format<'memory-maps'> = {
  id: 'smaps',
  title: 'a /proc/PID/smaps file',
  produces: 'memory-maps',
  command: 'pmap',
  howToCapture: 'cp /proc/PID/smaps smaps.txt',
  detect: (head) => detectKind(head, 'smaps', 'it has mappings with fields below them'),
  parse: (input, context) => parse(input, context, true),
};

export const smapsRollup: Format<'memory-maps'> = {
  id: 'smaps-rollup',
  title: 'a /proc/PID/smaps_rollup file',
  produces: 'memory-maps',
  command: 'pmap',
  howToCapture: 'cp /proc/PID/smaps_rollup rollup.txt',
  detect: (head) => detectKind(head, 'rollup', 'it has one mapping, [rollup]'),
  parse: (input, context) => parse(input, context, true),
};

export const maps: Format<'memory-maps'> = {
  id: 'maps',
  title: 'a /proc/PID/maps file',
  produces: 'memory-maps',
  command: 'pmap',
  howToCapture: 'cp /proc/PID/maps maps.txt',
  detect: (head) => detectKind(head, 'maps', 'it has mappings and no fields below them'),
  parse: (input, context) => parse(input, context, false),
};
