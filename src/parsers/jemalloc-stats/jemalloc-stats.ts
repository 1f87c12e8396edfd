/**
 * jemalloc's statistics (malloc_stats_print(3)), as text and as JSON, seen of 5.3.0: on stderr at the end
 * of a program under MALLOC_CONF=stats_print:true, as JSON with stats_print_opts:J.
 *
 *     ___ Begin jemalloc statistics ___
 *     Allocated: 330544, active: 520192, metadata: 2795376 (n_thp 0), resident: 8286208, mapped: 11870208, retained: 2285568
 *
 *     {"jemalloc":{…,"stats":{"allocated":330544,"active":520192,…
 *
 * The sums are read; arenas, bins and options are dropped. Of several the last is told.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import { parseWhole } from '../../model/whole-number.ts';
import { countedAccount } from '../counted-account.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';

const TEXT = '___ Begin jemalloc statistics ___';
const JSON_TEXT = '{"jemalloc":{';

function detect({ isText, bytes }: Head): Verdict {
  if (!isText) return no('it is not text');
  const text = Buffer.from(bytes).toString('latin1');
  if (text.includes(TEXT)) return yes(`it has ${TEXT}`);
  return text.includes(JSON_TEXT)
    ? yes(`it has ${JSON_TEXT}`)
    : no('it has no jemalloc statistics');
}

const SUMS = /^Allocated: .*$/gm;
const SUMS_OF_JSON = /"stats":\{"allocated":[^{}]*/g;
const FIELD = /"?\b(allocated|active|metadata|resident|mapped|retained)"?: ?(\d+)/gi;

function accountOf(sums: string): HeapAccount | undefined {
  const fields = new Map(
    [...sums.matchAll(FIELD)].map(([, name, digits]) => [name!.toLowerCase(), parseWhole(digits!)]),
  );
  const [live, active] = [fields.get('allocated'), fields.get('active')];
  const [resident, mapped] = [fields.get('resident'), fields.get('mapped')];
  const records = fields.get('metadata');
  if (live === undefined || active === undefined || active < live) return undefined;
  const part = (bytes: number) => ({ count: undefined, bytes, resident: undefined });
  const kept =
    resident === undefined || records === undefined
      ? undefined
      : Math.max(0, resident - active - records);
  return countedAccount({
    allocator: 'jemalloc',
    system: mapped === undefined ? undefined : { ...part(mapped), resident },
    live: part(live),
    free: [
      { place: 'used-pages', ...part(active - live) },
      ...(kept === undefined ? [] : [{ place: 'free-pages' as const, ...part(kept) }]),
    ],
    freeInAll:
      kept === undefined ? undefined : { bytes: active - live + kept, resident: undefined },
    records,
    returned: fields.get('retained'),
    remarks: [
      'Live blocks are counted as the size classes that they take, not as what was asked for.',
    ],
  });
}

export const jemallocStats: Format<'heap-account'> = {
  id: 'jemalloc-stats',
  title: 'statistics of jemalloc',
  produces: 'heap-account',
  howToCapture: 'MALLOC_CONF=stats_print:true COMMAND 2> jemalloc.txt',
  detect,
  async parse(input: Input, { diagnostics }: ParseContext): Promise<HeapAccount | undefined> {
    const text = await input.text();
    if (text === undefined) return undefined;
    const sums = text.match(SUMS)?.at(-1) ?? text.match(SUMS_OF_JSON)?.at(-1);
    const account = sums === undefined ? undefined : accountOf(sums);
    if (account === undefined) {
      const message = 'the line of its sums (Allocated: …, active: …) is missing or damaged';
      diagnostics.report('account/unreadable', message);
    }
    return account;
  },
};
