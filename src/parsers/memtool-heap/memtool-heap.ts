/**
 * The document of `memtool heap PID --json` (docs/schema/heap.json), which `memtool record` writes beside
 * each memory map as `end.heap.json`. Of it the sums, the large blocks and what containers take are read; the rest is dropped.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { type Address, parseAddress } from '../../model/address.ts';
import {
  type AccountPart,
  CONTAINER_KINDS,
  type ContainerKind,
  type ContainerLanguage,
  type ContainerSum,
  type ContainerSums,
  type HeapAccount,
  type LargeBlock,
  type LargeContainer,
} from '../../model/heap-account.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { DocumentFields } from './document-fields.ts';

/** `{"schema":"memtool/heap","schemaVersion":1,` */
const OPENING = /^\s*\{\s*"schema":\s*"memtool\/heap"/;

function detect({ bytes }: Head): Verdict {
  const text = Buffer.from(bytes).toString('latin1');
  if (!OPENING.test(text)) return no('it does not start with {"schema":"memtool/heap"');
  const isOfProcess = /"glibc":\s*[{n]/.test(text);
  return isOfProcess ? yes('it is of memtool heap PID') : no('it is of a heap profile');
}

export const memtoolHeap: Format<'heap-account'> = {
  id: 'memtool-heap',
  title: 'the JSON of memtool heap PID',
  produces: 'heap-account',
  howToCapture: 'memtool heap PID --json > heap.json',
  detect,
  async parse(input: Input, { diagnostics }: ParseContext): Promise<HeapAccount | undefined> {
    const text = await input.text();
    if (text === undefined) return undefined;
    const fields = DocumentFields.parse(text);
    if (fields === undefined) {
      diagnostics.report('account/unreadable', 'it is no whole JSON document');
      return undefined;
    }
    const result = fields.object('result');
    const glibc = result.object('glibc');
    if (!glibc.isThere) {
      diagnostics.report('account/empty', 'it has no heap of glibc malloc');
      return undefined;
    }
    const account = accountOf(result, glibc);
    if (fields.wrong.length === 0) return account;
    const wrong = fields.wrong.slice(0, 3).join(', ');
    diagnostics.report('account/unreadable', `these fields are no sizes: ${wrong}`);
    return undefined;
  },
};

/** Documents of before have none. */
function containerSums(containers: DocumentFields): ContainerSums | undefined {
  const kinds = containers.objects('kinds').flatMap((sum): ContainerSum[] => {
    const kind = kindIn(sum);
    if (kind === undefined) return [];
    return [
      {
        kind,
        number: sum.whole('number'),
        bytes: sum.whole('bytes'),
        spare: sum.whole('spareBytes'),
        spareResident: sum.whole('spareResidentBytes'),
      },
    ];
  });
  if (kinds.length === 0) return undefined;
  const large = containers.objects('large').flatMap((one): LargeContainer[] => {
    const kind = kindIn(one);
    const size = one.object('elementBytes');
    const elementBytes = { least: size.whole('least'), most: size.whole('most') };
    const [length, capacity] = [one.whole('length'), one.whole('capacity')];
    return kind ? [{ kind, address: addressIn(one), elementBytes, length, capacity }] : [];
  });
  const language = LANGUAGES.find((one) => one === containers.text('language')) ?? 'unknown';
  return { language, large, kinds };
}

/** Undefined for the kinds of a later memtool. */
const kindIn = (fields: DocumentFields): ContainerKind | undefined =>
  CONTAINER_KINDS.find((one) => one === fields.text('kind'));

const LANGUAGES: readonly ContainerLanguage[] = ['rust', 'python', 'unknown'];

const largeBlock = (fields: DocumentFields): LargeBlock => ({
  address: addressIn(fields),
  size: fields.whole('bytes'),
  touched: fields.whole('touchedBytes'),
});

function addressIn(fields: DocumentFields): Address {
  const address = parseAddress(fields.text('address')?.replace(/^0x/, '') ?? '');
  if (address === undefined) fields.wrong.push('address');
  return address ?? 0;
}

function accountOf(result: DocumentFields, glibc: DocumentFields): HeapAccount {
  const resident = glibc.object('resident');
  const part = (name: string): Omit<AccountPart, 'resident'> => {
    const fields = glibc.object(name);
    return { count: fields.whole('count'), bytes: fields.whole('bytes') };
  };
  const [live, headers] = [part('live'), glibc.whole('liveHeaderBytes')];
  const [fast, cached] = [part('fast'), part('cached')];
  return {
    kind: 'heap-account',
    allocator: 'glibc',
    process: {
      pid: result.optional('pid'),
      name: result.text('name'),
      threads: result.optional('threads'),
      resident: result.optional('residentBytes'),
      swapped: result.optional('swapBytes'),
    },
    system: {
      count: undefined,
      bytes: glibc.whole('systemBytes'),
      resident: resident.whole('allBytes'),
    },
    live: {
      count: live.count,
      bytes: Math.max(0, live.bytes - headers),
      resident: Math.max(0, resident.whole('liveBytes') - headers),
    },
    mapped: { ...part('mapped'), resident: undefined },
    largeBlocks: glibc.objects('largeBlocks').map(largeBlock),
    containers: containerSums(result.object('containers')),
    headers,
    free: [
      { place: 'bins', ...part('binned'), resident: resident.optional('binnedBytes') },
      { place: 'fast-bins', ...fast, resident: fast.bytes },
      { place: 'thread-caches', ...cached, resident: cached.bytes },
      {
        place: 'top',
        count: undefined,
        bytes: glibc.whole('topBytes'),
        resident: resident.optional('topBytes'),
      },
    ],
    freeInAll: { bytes: glibc.whole('freeBytes'), resident: resident.whole('freeBytes') },
    largestFree: glibc.whole('largestFreeBytes'),
    trimmable: glibc.whole('trimmableBytes'),
    records: glibc.whole('bookkeepingBytes'),
    foreign: glibc.whole('foreignBytes'),
    lost: glibc.whole('notAccountedBytes'),
    returned: undefined,
    remarks: [],
  };
}
