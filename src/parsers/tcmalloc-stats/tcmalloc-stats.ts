/**
 * The statistics that tcmalloc prints (MALLOCSTATS=1, MallocExtension::GetStats), seen of gperftools 2.10:
 *
 *     MALLOC:         305416 (    0.3 MiB) Bytes in use by application
 *     MALLOC: +       860160 (    0.8 MiB) Bytes in page heap freelist
 *     MALLOC: =     11870208 (   11.3 MiB) Actual memory used (physical + swap)
 *
 * Sums are read, classes and spans are dropped. Of several accounts the last is told.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { readLines } from '../../input/lines.ts';
import type { FreePlace, HeapAccount } from '../../model/heap-account.ts';
import { parseWhole } from '../../model/whole-number.ts';
import { countedAccount } from '../counted-account.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';

const LINE = /^MALLOC:\s+[+=]?\s*(\d+)\s+\([^)]*\)\s+(.*?)\s*$/;

const IN_USE = 'Bytes in use by application';

const FREE: Readonly<Record<string, FreePlace>> = {
  'Bytes in page heap freelist': 'free-pages',
  'Bytes in central cache freelist': 'central-caches',
  'Bytes in transfer cache freelist': 'transfer-caches',
  'Bytes in thread cache freelists': 'thread-caches',
};

function detect({ isText, lines }: Head): Verdict {
  if (!isText) return no('it is not text');
  const has = lines.some((line) => LINE.exec(line)?.[2] === IN_USE);
  return has ? yes(`it has MALLOC: … ${IN_USE}`) : no(`it has no line MALLOC: … ${IN_USE}`);
}

class StatsReader {
  readonly sums = new Map<string, number>();
  readonly #context: ParseContext;

  constructor(context: ParseContext) {
    this.#context = context;
  }

  onLine(text: string, line: number): void {
    const [, digits, name] = LINE.exec(text) ?? [];
    if (digits === undefined) return;
    const bytes = parseWhole(digits);
    if (name === IN_USE) this.sums.clear();
    if (bytes !== undefined) this.sums.set(name!, bytes);
    else {
      const message = 'expected bytes, less than 8 PiB';
      this.#context.diagnostics.report('account/unexpected-line', message, { line, text });
    }
  }
}

function accountOf(sums: ReadonlyMap<string, number>): HeapAccount | undefined {
  const live = sums.get(IN_USE);
  if (live === undefined) return undefined;
  const part = (bytes: number) => ({ count: undefined, bytes, resident: undefined });
  const free = Object.entries(FREE).flatMap(([name, place]) => {
    const bytes = sums.get(name);
    return bytes === undefined ? [] : [{ place, ...part(bytes) }];
  });
  const used = sums.get('Actual memory used (physical + swap)');
  return countedAccount({
    allocator: 'tcmalloc',
    system: used === undefined ? undefined : part(used),
    live: part(live),
    free,
    freeInAll:
      free.length === 0
        ? undefined
        : { bytes: free.reduce((sum, { bytes }) => sum + bytes, 0), resident: undefined },
    records: sums.get('Bytes in malloc metadata'),
    returned: sums.get('Bytes released to OS (aka unmapped)'),
    remarks: [
      'Live blocks are counted as the size classes that they take, not as what was asked for.',
    ],
  });
}

export const tcmallocStats: Format<'heap-account'> = {
  id: 'tcmalloc-stats',
  title: 'statistics of tcmalloc',
  produces: 'heap-account',
  howToCapture: 'MALLOCSTATS=1 COMMAND 2> tcmalloc.txt',
  detect,
  async parse(input: Input, context: ParseContext): Promise<HeapAccount | undefined> {
    const reader = new StatsReader(context);
    await readLines(input, context.diagnostics, reader);
    const account = accountOf(reader.sums);
    if (account === undefined) {
      const message = `the line MALLOC: … ${IN_USE} is damaged`;
      context.diagnostics.report('account/unreadable', message);
    }
    return account;
  },
};
