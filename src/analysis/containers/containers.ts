/**
 * Finds the containers of a program in its memory: no symbols, no debug information. A container's own words
 * lead to its block and say how much of that is used; malloc says how large the block is; both must agree.
 */
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { ProcessImage, ProgramFacts } from '../../model/process-image.ts';
import type { AddressRange } from '../../model/range.ts';
import type { GlibcAccount } from '../malloc/glibc/account.ts';
import { liveBlocks } from '../malloc/glibc/live-blocks.ts';
import type { PageContents } from '../malloc/page-windows.ts';
import { BlockIndex } from './block-index.ts';
import { type Family, familiesOf } from './families.ts';
import { FoundContainers, LayoutCensus } from './header-search.ts';
import { type CountedLayout, RUST_ORDER, type SizeInterval } from './layouts.ts';
import { visitLiveWords } from './live-words.ts';
import { KIND, type Kind } from './recognise.ts';
import { type RootPlace, rootPlace } from './root-places.ts';

export interface ContainerFindings {
  /** The order of words in this program's containers of three words; undefined where it has none of its own. */
  readonly order: CountedLayout | undefined;
  /** Whose containers of three words these are; `unknown` for those of C and others. */
  readonly language: 'rust' | 'python' | 'unknown';
  /** Those that retain most first. */
  readonly families: readonly MeasuredFamily[];
  /** All live blocks, and those of them that belong to a container. */
  readonly live: { readonly count: number; readonly bytes: Bytes };
  readonly owned: { readonly count: number; readonly bytes: Bytes };
  /** Live blocks that no word in memory leads to, not even into. */
  readonly unreferenced: { readonly count: number; readonly bytes: Bytes };
  /** How many the same search finds 16 bytes beside each block, where there are none. */
  readonly control: number;
}

/** A family with what it costs. */
export interface MeasuredFamily extends Omit<Family, 'parent'> {
  readonly parent: MeasuredFamily | undefined;
  /** Where the container's own words stand; undefined where these are in other blocks. */
  readonly root: RootPlace | undefined;
  /** How many elements there are, should these be rings (VecDeque); undefined where they cannot be. */
  readonly ringLength: number | undefined;
  readonly bytes: Bytes;
  /** Room for elements that are not there. */
  readonly spare: Bytes;
  readonly spareResident: Bytes;
  /** The blocks of all families whose containers stand in its elements, and its own. */
  readonly retained: Bytes;
}

export function findContainers(
  image: ProcessImage,
  account: GlibcAccount,
  program: ProgramFacts,
): ContainerFindings {
  const segments = account.arenas.flatMap((arena) => arena.segments);
  const mapped = account.mapped.blocks.map(({ address, size }) => ({
    start: address,
    end: address + size,
  }));
  const heap = [...segments, ...mapped]
    .map(({ start, end }): AddressRange => ({ start, end }))
    .sort((a, b) => a.start - b.start);
  const list = liveBlocks(image, segments, mapped, (chunk) =>
    account.arenas.some(({ notUsed }) => notUsed.has(chunk)),
  );
  const blocks = new BlockIndex(list);
  const census = new LayoutCensus(blocks);
  visitLiveWords(image, blocks, heap, census);
  const isCpp = hasFile(image, CPP_LIBRARY);
  // A program with a few large containers has too few to learn from.
  const learned = census.order() ?? (program.isRust ? RUST_ORDER : undefined);
  // Strings of C++ have that order, and are told by their capacity.
  const order = isCpp && learned?.name === 'pointer, length, capacity' ? undefined : learned;
  const layouts = { counted: order, hasCpp: isCpp };
  const found = new FoundContainers(blocks, layouts);
  visitLiveWords(image, blocks, heap, found);
  const families = familiesOf(
    blocks,
    found,
    (address) => rootPlace(address, image, program).kind !== 'memory',
  );
  const measured = measure(image, program, families, found, blocks, account.pages);
  const count = found.count();
  return {
    order,
    language: languageOf(order, image),
    families: measured.sort((a, b) => b.retained - a.retained || b.bytes - a.bytes),
    live: { count: blocks.count, bytes: sum(blocks.usable.subarray(0, blocks.count)) },
    owned: { count, bytes: measured.reduce((total, { bytes }) => total + bytes, 0) },
    unreferenced: unreferenced(blocks, found),
    control: found.control,
  };
}

/** C++'s standard libraries by the names of their files. */
const CPP_LIBRARY = /\/lib(?:std)?c\+\+\.so[\d.]*$/;

/** CPython's interpreter or library by the names of their files. */
const PYTHON = /\/(?:lib)?python3?[\d.]*(?:\.so[\d.]*)?$/;

const hasFile = ({ rows }: ProcessImage, name: RegExp): boolean =>
  rows.some(({ backing }) => backing.kind === 'file' && name.test(backing.path));

/** A CPython list keeps its number of items first. */
function languageOf(order: CountedLayout | undefined, image: ProcessImage) {
  if (order === RUST_ORDER) return 'rust';
  return order?.name === 'length, pointer, capacity' && hasFile(image, PYTHON)
    ? 'python'
    : 'unknown';
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

function measure(
  image: ProcessImage,
  program: ProgramFacts,
  families: readonly Family[],
  found: FoundContainers,
  blocks: BlockIndex,
  pages: readonly PageContents[],
): MeasuredFamily[] {
  const contents = new PagesByAddress(pages);
  const sizes = families.map((one) => sizeOf(one, blocks));
  const retained = new Map(families.map((one, i) => [one, sizes[i]!]));
  // Parents stand before their children.
  for (const one of families.toReversed()) {
    if (one.parent) retained.set(one.parent, retained.get(one.parent)! + retained.get(one)!);
  }
  const measured = new Map<Family, MeasuredFamily>();
  for (const [i, one] of families.entries()) {
    const isRoot = one.parent === undefined && one.ownerUsable === undefined;
    measured.set(one, {
      ...one,
      parent: one.parent && measured.get(one.parent),
      root: isRoot ? rootPlace(found.slot[one.members[0]!]!, image, program) : undefined,
      ringLength: ringLength(one, found),
      bytes: sizes[i]!,
      ...spareOf(one, found, blocks, contents),
      retained: retained.get(one)!,
    });
  }
  return [...measured.values()];
}

function ringLength({ members, length }: Family, found: FoundContainers): number | undefined {
  let sum = 0;
  for (const block of members) {
    if (found.ringLength[block]! < 0) return undefined;
    sum += found.ringLength[block]!;
  }
  return sum === length ? undefined : sum;
}

function unreferenced({ count, usable }: BlockIndex, { isReferenced }: FoundContainers) {
  const sums = { count: 0, bytes: 0 };
  for (let block = 0; block < count; block++) {
    if (isReferenced[block] === 1) continue;
    sums.count++;
    sums.bytes += usable[block]!;
  }
  return sums;
}

const sizeOf = ({ members }: Family, { usable }: BlockIndex): Bytes =>
  members.reduce((total, block) => total + usable[block]!, 0);

/** Spare room below a page is in RAM wherever its block is. */
const PAGE: Bytes = 4096;

function spareOf(
  { members, kind, elementBytes }: Family,
  found: FoundContainers,
  { starts, usable }: BlockIndex,
  pages: PagesByAddress,
): Pick<MeasuredFamily, 'spare' | 'spareResident'> {
  const size = spareSize(kind, elementBytes);
  let spare = 0;
  let spareResident = 0;
  for (const block of members) {
    const empty = found.capacity[block]! - found.length[block]!;
    // Where the size is not sure, the block's own room divides it.
    const bytes =
      size === undefined ? (usable[block]! * empty) / found.capacity[block]! : empty * size;
    spare += bytes;
    const start = starts[block]! + usable[block]! - bytes;
    spareResident +=
      bytes < PAGE || kind === KIND.table ? bytes : pages.bytesWithin(start, start + bytes);
  }
  return { spare: Math.round(spare), spareResident: Math.round(spareResident) };
}

/** What one empty place costs; undefined where the size of elements is not sure. */
function spareSize(kind: Kind, { least, most }: SizeInterval): number | undefined {
  if (kind === KIND.bounded || kind === KIND.text) return 1;
  if (kind === KIND.buckets || kind === KIND.pieces) return 0;
  if (least !== most) return undefined;
  // A place in a table has a control byte, too.
  return kind === KIND.table ? least + 1 : least;
}

/** Which pages hold something, by address. */
class PagesByAddress {
  readonly #pages: readonly PageContents[];

  constructor(pages: readonly PageContents[]) {
    this.#pages = pages.toSorted((a, b) => a.start - b.start);
  }

  /** Bytes of a range in pages that hold something; all where nothing is known of it. */
  bytesWithin(start: Address, end: Address): Bytes {
    let low = 0;
    let high = this.#pages.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pages[middle]!.start <= start) low = middle;
      else high = middle - 1;
    }
    const contents = this.#pages[low];
    if (contents === undefined || start < contents.start || end > contents.end) return end - start;
    return contents.bytesWithin(start, end);
  }
}
