/**
 * /proc/PID/smaps, live or saved: the kernel's own account, one header line per mapping and a list
 * of fields below it (proc_pid_smaps(5), show_smap in fs/proc/task_mmu.c).
 *
 *     5555555b0000-555555a7e000 rw-p 00000000 00:00 0                          [heap]
 *     Size:               4920 kB
 *     Rss:                4884 kB
 *
 * The set of fields grows with kernel versions; fields that are not used are passed over by shape.
 * A size of the header (end - start) is exact; `Size:` repeats it. `dirty` is what pmap calls so:
 * Shared_Dirty + Private_Dirty.
 */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { readLines } from '../../input/lines.ts';
import { type Address, parseAddress } from '../../model/address.ts';
import { fileBacking } from '../../model/backing.ts';
import { KIB } from '../../model/bytes.ts';
import type { Backing, Mapping, MemoryMaps } from '../../model/memory-map.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';

/** start - end, rights, offset, device, inode, name (which may hold spaces, or be absent). */
const HEADER =
  /^([0-9a-f]+)-([0-9a-f]+) ([r-][w-][x-][sp]) [0-9a-f]+ [0-9a-f]+:[0-9a-f]+ \d+ *(.*)$/;

/** `Rss:                 64 kB`, `THPeligible:           0`, `VmFlags: rd mr mw me`. */
const FIELD = /^([A-Za-z_]+):\s*(.*?)\s*$/;

const KIB_VALUE = /^(\d+) kB$/;

/** Fields that make up a mapping's resident and dirty bytes. */
const USED_FIELDS = ['Rss', 'Shared_Dirty', 'Private_Dirty'] as const;
type UsedField = (typeof USED_FIELDS)[number];

function detect(head: Head): Verdict {
  if (!head.isText) return no('it is not text');
  const first = head.lines.find((line) => line.trim() !== '') ?? '';
  if (!HEADER.test(first)) return no('it does not start with a mapping (start-end rights …)');
  if (first.endsWith('[rollup]')) return no('it is smaps_rollup, which has no single mappings');
  if (!head.lines.some((line) => /^Rss:/.test(line))) {
    return no('it has mappings but no Rss: fields; it may be /proc/PID/maps');
  }
  return yes('it has mappings with Rss: fields');
}

interface OpenMapping {
  readonly start: Address;
  readonly end: Address;
  readonly permissions: string;
  readonly name: string;
  readonly line: number;
  readonly fields: Partial<Record<UsedField, number>>;
}

class SmapsReader {
  readonly mappings: Mapping[] = [];
  readonly #diagnostics: Diagnostics;
  #open: OpenMapping | undefined;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  onLine(text: string, line: number): void {
    if (text.trim() === '') return;
    const field = FIELD.exec(text);
    if (field) {
      this.#onField(field[1]!, field[2]!, text, line);
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
    this.#open = { start, end, permissions: header[3]!, name: header[4]!, line, fields: {} };
  }

  onCut(line: number): void {
    this.#diagnostics.report('input/line-too-long', 'the line is too long', { line });
  }

  close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return;
    const { start, end, permissions, line, fields } = open;
    const missing = USED_FIELDS.filter((field) => fields[field] === undefined);
    if (missing.length > 0) {
      const message = `the mapping has no ${missing.join(', ')}`;
      this.#diagnostics.report('smaps/incomplete-mapping', message, { line });
      return;
    }
    this.mappings.push({
      start,
      size: end - start,
      resident: fields.Rss,
      dirty: fields.Shared_Dirty! + fields.Private_Dirty!,
      permissions,
      backing: backingOf(open.name),
      line,
    });
  }

  #onField(key: string, value: string, text: string, line: number): void {
    if (!USED_FIELDS.includes(key as UsedField)) return;
    const kib = KIB_VALUE.exec(value);
    if (kib === null) {
      const column = text.indexOf(value) + 1;
      const message = `expected ${key} in kB`;
      this.#diagnostics.report('smaps/malformed-field', message, { line, column, text });
      return;
    }
    if (this.#open) this.#open.fields[key as UsedField] = Number(kib[1]) * KIB;
  }
}

/** Kernel names: `[heap]`, `[stack]`, `[vdso]`, `[anon:name]`, or a path. */
function backingOf(name: string): Backing {
  if (name === '') return { kind: 'anonymous', name: undefined };
  const bracket = /^\[(.*)\]$/.exec(name);
  if (bracket === null) {
    return name.startsWith('anon_inode:') ? { kind: 'anonymous', name } : fileBacking(name);
  }
  const word = bracket[1]!;
  if (word === 'heap') return { kind: 'heap' };
  if (word === 'stack' || word.startsWith('stack:')) return { kind: 'stack' };
  if (word.startsWith('anon:')) return { kind: 'anonymous', name: word.slice('anon:'.length) };
  if (word.startsWith('anon_shmem:')) return { kind: 'shared-memory', name };
  return { kind: 'kernel', name: word };
}

export const smaps: Format = {
  id: 'smaps',
  title: 'a /proc/PID/smaps file',
  produces: 'memory-maps',
  howToCapture: 'cp /proc/PID/smaps smaps.txt',
  detect,
  async parse(input: Input, context: ParseContext): Promise<MemoryMaps> {
    const reader = new SmapsReader(context.diagnostics);
    await readLines(input.chunks(), reader);
    reader.close();
    const unknown = { pid: undefined, command: undefined, executable: undefined };
    const map = { ...unknown, ...input.process, mappings: reader.mappings, stated: undefined };
    return { kind: 'memory-maps', maps: [map] };
  },
};
