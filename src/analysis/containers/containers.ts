/**
 * Finds the containers of a program in its memory: no symbols, no debug information. A container's own words
 * lead to its block and say how much of that is used; malloc says how large the block is; both must agree.
 */
import { STATE_END_AT, STATE_LAYOUTS } from '../../knowledge/glibc-heap.ts';
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { ContainerLanguage, LargeContainer } from '../../model/heap-account.ts';
import type { ProcessImage, ProgramFacts } from '../../model/process-image.ts';
import { type AddressRange, intersection } from '../../model/range.ts';
import type { GlibcAccount } from '../malloc/glibc/account.ts';
import { liveBlocks } from '../malloc/glibc/live-blocks.ts';
import { BlockIndex } from './block-index.ts';
import { dominators } from './dominators.ts';
import { familiesOf } from './families.ts';
import { FoundContainers } from './found-containers.ts';
import { largeContainers } from './large-containers.ts';
import { LayoutCensus } from './layout-census.ts';
import { type CountedLayout, RUST_ORDER } from './layouts.ts';
import { visitLiveWords } from './live-words.ts';
import { type MeasuredFamily, measuredFamilies } from './measured-families.ts';
import { type Holding, ownership } from './ownership.ts';
import type { CppLibrary, Layouts } from './recognise.ts';
import { ReferenceSearch } from './reference-search.ts';
import { NONE } from './references.ts';
import { tellRings } from './rings.ts';
import { isVariable, rootPlace } from './root-places.ts';

export interface ContainerFindings {
  /** The order of words in this program's containers of three words; undefined where it has none of its own. */
  readonly order: CountedLayout | undefined;
  /** Whose containers of three words these are; `unknown` for those of C and others. */
  readonly language: ContainerLanguage;
  /** Those that retain most first. */
  readonly families: readonly MeasuredFamily[];
  /** All live blocks, and those of them that belong to a container. */
  readonly live: { readonly count: number; readonly bytes: Bytes };
  readonly owned: { readonly count: number; readonly bytes: Bytes };
  /** Containers with a large block, the largest first. */
  readonly large: readonly LargeContainer[];
  /** Who holds which blocks: each stands behind its holder. */
  readonly holdings: readonly Holding[];
  /** Live blocks that no word in memory leads to, not even into. */
  readonly unreferenced: { readonly count: number; readonly bytes: Bytes };
  /** The same with those to which only such blocks lead. */
  readonly leaked: { readonly count: number; readonly bytes: Bytes };
  /** How many the same search finds 16 bytes beside each block, where there are none. */
  readonly control: number;
}

export function findContainers(
  image: ProcessImage,
  account: GlibcAccount,
  program: ProgramFacts,
): ContainerFindings {
  const { blocks, memory } = blocksOf(image, account);
  const census = new LayoutCensus(blocks);
  visitLiveWords(image, blocks, memory, census);
  const cpp = cppLibrary(image);
  const typesOfPython = pythonTypes(image, program);
  // A program with a few large containers has too few to learn from.
  const learned = census.order() ?? (program.isRust ? RUST_ORDER : undefined);
  const order = learned && isCounted(learned, image, cpp) ? learned : undefined;
  const found = new FoundContainers(blocks, {
    counted: order,
    cpp,
    pythonType: typesOfPython,
  });
  visitLiveWords(image, blocks, memory, found);
  if (order === RUST_ORDER) tellRings(blocks, found);
  const families = familiesOf(blocks, found, (address) => isVariable(address, image));
  const search = new ReferenceSearch(blocks, found, families);
  visitLiveWords(image, blocks, memory, search);
  const { references } = search;
  const held = dominators(blocks.count, references);
  const holdings = ownership(blocks, families, held, (block) => {
    const address = references.rootOf(block);
    return address === undefined ? undefined : rootPlace(address, image, program);
  });
  const measured = measuredFamilies(families, holdings, found, blocks, account.pages, (address) =>
    rootPlace(address, image, program),
  );
  return {
    order,
    language: languageOf(order, image),
    families: measured.toSorted((a, b) => b.retained - a.retained || b.bytes - a.bytes),
    large: largeContainers(blocks, found, families),
    holdings,
    live: sumOf(blocks, () => true),
    owned: sumOf(blocks, (block) => families.of[block] !== NONE),
    unreferenced: sumOf(blocks, (block) => !references.isReferenced(block)),
    leaked: sumOf(blocks, (block) => held.of[block] === NONE),
    control: found.control,
  };
}

/** Where the state of an arena begins at the earliest, seen from its first bin. */
const STATE_START = Math.min(...STATE_LAYOUTS.map(({ startsAt }) => startsAt));

/** The live blocks, and where they and malloc's own records lie. */
function blocksOf(image: ProcessImage, { arenas, mapped }: GlibcAccount) {
  const segments = arenas.flatMap((arena) => arena.segments);
  const ownMappings = mapped.blocks.map(({ address, size }) => ({
    start: address,
    end: address + size,
  }));
  const heap = [...segments, ...ownMappings]
    .map(({ start, end }): AddressRange => ({ start, end }))
    .sort((a, b) => a.start - b.start);
  const expected = arenas.reduce((sum, { live }) => sum + live.count, ownMappings.length);
  const isFree = (chunk: Address) => arenas.some(({ notUsed }) => notUsed.has(chunk));
  const list = liveBlocks(image, segments, ownMappings, expected, isFree);
  const records = arenas
    .map(({ start }) => ({ start: start + STATE_START, end: start + STATE_END_AT }))
    .filter((state) => heap.every((part) => intersection(part, state) === undefined));
  return { blocks: new BlockIndex(list), memory: { heap, records } };
}

function sumOf({ count, usable }: BlockIndex, isWanted: (block: number) => boolean) {
  const sums = { count: 0, bytes: 0 };
  for (let block = 0; block < count; block++) {
    if (!isWanted(block)) continue;
    sums.count++;
    sums.bytes += usable.get(block);
  }
  return sums;
}

/** Whether a program of these libraries has containers of an order of its own. */
function isCounted(
  { name }: CountedLayout,
  image: ProcessImage,
  cpp: CppLibrary | undefined,
): boolean {
  // Strings of C++ have that order, and are told by their capacity.
  if (cpp && name === 'pointer, length, capacity') return false;
  return !hasFile(image, PYTHON) || name === LIST_ORDER;
}

/** Of a CPython list: items, pointer, room. */
const LIST_ORDER = 'length, pointer, capacity';

/** By the names of their files. */
function cppLibrary(image: ProcessImage): CppLibrary | undefined {
  if (hasFile(image, /\/libstdc\+\+\.so[\d.]*$/)) return 'libstdc++';
  return hasFile(image, /\/libc\+\+\.so[\d.]*$/) ? 'libc++' : undefined;
}

/** CPython's interpreter or library by the names of their files. */
const PYTHON = /\/(?:lib)?python3?[\d.]*(?:\.so[\d.]*)?$/;

const hasFile = ({ rows }: ProcessImage, name: RegExp): boolean =>
  rows.some(({ backing }) => backing.kind === 'file' && name.test(backing.path));

/** Looks up each address once: a heap has few types of objects, and millions of words. */
function pythonTypes(image: ProcessImage, program: ProgramFacts): Layouts['pythonType'] {
  if (!hasFile(image, PYTHON)) return undefined;
  const known = new Map<Address, string | undefined>();
  return (address) => {
    if (known.has(address)) return known.get(address);
    const place = rootPlace(address, image, program);
    const name = place.kind === 'data' ? place.name : undefined;
    if (known.size < MOST_TYPES) known.set(address, name);
    return name;
  };
}

/** More are not remembered. */
const MOST_TYPES = 65536;

/** A CPython list keeps its number of items first. */
function languageOf(order: CountedLayout | undefined, image: ProcessImage): ContainerLanguage {
  if (order === RUST_ORDER) return 'rust';
  // Lists are told by their type, or, where the interpreter has no names, by their order.
  const isOfLists = order === undefined || order.name === LIST_ORDER;
  return isOfLists && hasFile(image, PYTHON) ? 'python' : 'unknown';
}
