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
import { readLines } from '../../input/lines.ts';
import { type Address, parseAddress } from '../../model/address.ts';
import { kernelBacking } from '../../model/backing.ts';
import { KIB } from '../../model/bytes.ts';
import {
  type AccountEntry,
  type Mapping,
  type MemoryMaps,
  UNKNOWN_FOOTPRINT,
} from '../../model/memory-map.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { reportOverlaps } from '../overlaps.ts';
import { accountEntry, statusAccount } from './status.ts';

/** start - end, rights, offset, device, inode, name (which may hold spaces, or be absent). */
const HEADER =
  /^([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-][sp]) ([0-9a-f]+) [0-9a-f]+:[0-9a-f]+ \d+ *(.*)$/;

/** `Rss:                 64 kB`, `THPeligible:           0`, `VmFlags: rd mr mw me`. */
const FIELD = /^([A-Za-z_]+):\s*(.*?)\s*$/s;

const KIB_VALUE = /^(\d+) kB$/;

/** Fields that make up a mapping's resident and dirty bytes: all kernels have them. */
const NEEDED_FIELDS = ['Rss', 'Shared_Dirty', 'Private_Dirty'] as const;

const USED_FIELDS = new Set([
  ...NEEDED_FIELDS,
  'Pss',
  'Private_Clean',
  'Private_Hugetlb',
  'Swap',
  'Anonymous',
  'AnonHugePages',
  'LazyFree',
]);

const ROLLUP = '[rollup]';

interface OpenMapping {
  readonly start: Address;
  readonly end: Address;
  readonly permissions: string;
  readonly offset: number;
  readonly name: string;
  readonly line: number;
  readonly fields: Map<string, number>;
}

class SmapsReader {
  readonly mappings: Mapping[] = [];
  readonly account: AccountEntry[] = [];
  readonly #diagnostics: Diagnostics;
  /** False for /proc/PID/maps. */
  readonly #hasFields: boolean;
  #open: OpenMapping | undefined;

  constructor(diagnostics: Diagnostics, hasFields: boolean) {
    this.#diagnostics = diagnostics;
    this.#hasFields = hasFields;
  }

  onLine(text: string, line: number): void {
    if (text === '' || text.trim() === '') return;
    const key = /^[A-Za-z_]+(?=:)/.exec(text)?.[0];
    if (key !== undefined) {
      // Twenty fields to a mapping: most are not used and need not be taken apart.
      if (USED_FIELDS.has(key) || this.#open?.name === ROLLUP) this.#onField(text, line);
      return;
    }
    this.close();
    const header = HEADER.exec(text);
    const start = header && parseAddress(header[1]!);
    const end = header && parseAddress(header[2]!);
    if (!header || start == null || end == null || end <= start) {
      const message = 'expected a mapping (start-end rights offset device inode name) or a field';
      this.#diagnostics.report('smaps/malformed-header', message, { line, text });
      return;
    }
    this.#open = {
      start,
      end,
      permissions: header[3]!,
      offset: parseAddress(header[4]!) ?? 0,
      name: header[5]!,
      line,
      fields: new Map(),
    };
  }

  onCut(line: number): void {
    this.#diagnostics.report('input/line-too-long', 'the line is too long', { line });
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined || open.name === ROLLUP) return;
    const { start, end, permissions, offset, line, fields } = open;
    const missing = NEEDED_FIELDS.filter((field) => !fields.has(field));
    if (this.#hasFields && missing.length > 0) {
      const message = `the mapping has no ${missing.join(', ')}`;
      this.#diagnostics.report('smaps/incomplete-mapping', message, { line });
      return;
    }
    this.mappings.push({
      start,
      size: end - start,
      permissions,
      offset,
      backing: kernelBacking(open.name),
      line,
      ...(this.#hasFields ? footprintOf(fields) : UNKNOWN_FOOTPRINT),
    });
  }

  #onField(text: string, line: number): void {
    const open = this.#open;
    if (open?.name === ROLLUP) {
      const entry = accountEntry(text, line);
      if (entry) this.account.push(entry);
      return;
    }
    const [, key, value] = FIELD.exec(text)!;
    const kib = KIB_VALUE.exec(value!);
    if (kib === null) {
      const column = text.indexOf(value!) + 1;
      const message = `expected ${key} in kB`;
      this.#diagnostics.report('smaps/malformed-field', message, { line, column, text });
      return;
    }
    open?.fields.set(key!, Number(kib[1]) * KIB);
  }
}

function footprintOf(fields: ReadonlyMap<string, number>) {
  const clean = fields.get('Private_Clean');
  const written = fields.get('Private_Dirty')!;
  return {
    resident: fields.get('Rss'),
    dirty: fields.get('Shared_Dirty')! + written,
    pss: fields.get('Pss'),
    uss: clean === undefined ? undefined : clean + written,
    swap: fields.get('Swap'),
    anonymous: fields.get('Anonymous'),
    hugePages: fields.get('AnonHugePages'),
    lazyFree: fields.get('LazyFree'),
  };
}

/** What the first line of a file of this family says of it; undefined for other files. */
function kindOf(head: Head): 'maps' | 'smaps' | 'rollup' | undefined {
  if (!head.isText) return undefined;
  const first = head.lines.find((line) => line.trim() !== '') ?? '';
  if (!HEADER.test(first)) return undefined;
  if (first.endsWith(ROLLUP)) return 'rollup';
  return head.lines.some((line) => /^Rss:/.test(line)) ? 'smaps' : 'maps';
}

function detectKind(head: Head, wanted: ReturnType<typeof kindOf>, because: string): Verdict {
  const kind = kindOf(head);
  if (kind === wanted) return yes(because);
  if (kind === undefined) return no('it does not start with a mapping (start-end rights …)');
  return no(`it is /proc/PID/${kind === 'rollup' ? 'smaps_rollup' : kind}`);
}

async function parse(input: Input, context: ParseContext, hasFields: boolean): Promise<MemoryMaps> {
  const reader = new SmapsReader(context.diagnostics, hasFields);
  await readLines(input.chunks(), reader);
  reader.close();
  reportOverlaps(reader.mappings, context.diagnostics);
  const { pid, command, executable, status } = input.process ?? {};
  const account = status === undefined ? reader.account : statusAccount(status);
  const map = { pid, command, executable, mappings: reader.mappings, stated: undefined, account };
  return { kind: 'memory-maps', maps: [map] };
}

export const smaps: Format = {
  id: 'smaps',
  title: 'a /proc/PID/smaps file',
  produces: 'memory-maps',
  howToCapture: 'cp /proc/PID/smaps smaps.txt',
  detect: (head) => detectKind(head, 'smaps', 'it has mappings with Rss: fields'),
  parse: (input, context) => parse(input, context, true),
};

export const smapsRollup: Format = {
  id: 'smaps-rollup',
  title: 'a /proc/PID/smaps_rollup file',
  produces: 'memory-maps',
  howToCapture: 'cp /proc/PID/smaps_rollup rollup.txt',
  detect: (head) => detectKind(head, 'rollup', 'it has one mapping, [rollup]'),
  parse: (input, context) => parse(input, context, true),
};

export const maps: Format = {
  id: 'maps',
  title: 'a /proc/PID/maps file',
  produces: 'memory-maps',
  howToCapture: 'cp /proc/PID/maps maps.txt',
  detect: (head) => detectKind(head, 'maps', 'it has mappings and no fields below them'),
  parse: (input, context) => parse(input, context, false),
};
