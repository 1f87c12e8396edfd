/**
 * The fields of mallinfo(3) and mallinfo2 of glibc with their names, however a program prints them:
 * `arena 2129920 ordblks 3073 …`, `arena: 2129920`, `{"arena":2129920,…}`, on one line or many. Of several
 * accounts the last is told. `keepcost`, `usmblks` and what stands between are dropped.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { readLines } from '../../input/lines.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import { parseWhole } from '../../model/whole-number.ts';
import { countedAccount } from '../counted-account.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';

/** A name and a number behind it, with nothing but signs and blanks between: `"uordblks": 5173648`. */
const FIELD =
  /\b(arena|ordblks|smblks|hblks|hblkhd|fsmblks|uordblks|fordblks)\b[^\w\n-]{1,8}(-?\d+)/g;

const fieldsOf = (text: string) => [...text.matchAll(FIELD)];

function detect({ isText, lines }: Head): Verdict {
  if (!isText) return no('it is not text');
  const named = new Set(lines.flatMap((line) => fieldsOf(line).map(([, name]) => name)));
  return named.has('uordblks') && named.has('fordblks')
    ? yes('it has uordblks and fordblks')
    : no('it has no uordblks and fordblks with a number');
}

class MallinfoReader {
  readonly fields = new Map<string, number>();
  readonly #context: ParseContext;

  constructor(context: ParseContext) {
    this.#context = context;
  }

  onLine(text: string, line: number): void {
    for (const [, name, digits] of fieldsOf(text)) {
      const value = parseWhole(digits!);
      if (value !== undefined) this.fields.set(name!, value);
      else {
        this.fields.delete(name!);
        const message = `${name} is no size: mallinfo counts in 32 bits, mallinfo2 does not`;
        this.#context.diagnostics.report('account/unexpected-line', message, { line, text });
      }
    }
  }
}

function accountOf(fields: ReadonlyMap<string, number>): HeapAccount | undefined {
  const [used, free, arena] = [fields.get('uordblks'), fields.get('fordblks'), fields.get('arena')];
  if (used === undefined || free === undefined) return undefined;
  const [mapped, fast = 0] = [fields.get('hblkhd'), fields.get('fsmblks')];
  if (fast > free || (arena !== undefined && used + free !== arena)) return undefined;
  const part = (bytes: number, count: number | undefined) => ({
    count,
    bytes,
    resident: undefined,
  });
  const system = used + free + (mapped ?? 0);
  return countedAccount({
    allocator: 'glibc',
    system: mapped === undefined ? undefined : part(system, undefined),
    live: part(used + (mapped ?? 0), undefined),
    mapped: mapped === undefined ? undefined : part(mapped, fields.get('hblks')),
    free: [
      { place: 'bins-and-top', ...part(free - fast, fields.get('ordblks')) },
      { place: 'fast-bins', ...part(fast, fields.get('smblks')) },
    ],
    freeInAll: { bytes: free, resident: undefined },
    remarks: [
      "Live blocks include headers, thread caches and malloc's records: mallinfo counts them as in use.",
      ...(mapped === undefined
        ? ['Blocks with a mapping of their own are not told (hblkhd).']
        : []),
    ],
  });
}

export const mallinfo: Format<'heap-account'> = {
  id: 'mallinfo',
  title: 'figures of mallinfo2',
  produces: 'heap-account',
  howToCapture: 'print all fields of mallinfo2() with their names',
  detect,
  async parse(input: Input, context: ParseContext): Promise<HeapAccount | undefined> {
    const reader = new MallinfoReader(context);
    await readLines(input, context.diagnostics, reader);
    const account = accountOf(reader.fields);
    if (account === undefined) {
      const message = 'uordblks and fordblks are missing, or do not sum to arena';
      context.diagnostics.report('account/unreadable', message);
    }
    return account;
  },
};
