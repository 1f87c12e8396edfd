/** What families of containers cost, and what of that they do not use. */
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { PageContents } from '../malloc/page-windows.ts';
import type { BlockIndex } from './block-index.ts';
import type { Families, Family } from './families.ts';
import type { FoundContainers } from './found-containers.ts';
import type { SizeInterval } from './layouts.ts';
import type { Holding } from './ownership.ts';
import { KIND, type Kind } from './recognise.ts';
import { NONE } from './references.ts';
import type { RootPlace } from './root-places.ts';

/** A family with what it costs. */
export interface MeasuredFamily extends Omit<Family, 'parent'> {
  readonly parent: MeasuredFamily | undefined;
  /** Where the container's own words stand; undefined where these are in other blocks. */
  readonly root: RootPlace | undefined;
  /** How many elements there are, should these be rings (VecDeque); undefined where they cannot be. */
  readonly ringLength: number | undefined;
  /** Of its blocks. */
  readonly bytes: Bytes;
  /** Room for elements that are not there. */
  readonly spare: Bytes;
  readonly spareResident: Bytes;
  /** Its blocks, and all that is held by them alone: so much is freed with them. */
  readonly retained: Bytes;
}

export function measuredFamilies(
  { families, of }: Families,
  holdings: readonly Holding[],
  found: FoundContainers,
  blocks: BlockIndex,
  pages: readonly PageContents[],
  placeAt: (address: Address) => RootPlace,
): MeasuredFamily[] {
  const contents = new PagesByAddress(pages);
  const sums = families.map(() => ({ bytes: 0, spare: 0, spareResident: 0, retained: 0, ring: 0 }));
  for (let block = 0; block < blocks.count; block++) {
    const id = of[block]!;
    if (id === NONE) continue;
    const sum = sums[id]!;
    sum.bytes += blocks.usable.get(block);
    addSpare(sum, block, families[id]!, found, blocks, contents);
    const ring = found.ring.get(block);
    sum.ring = ring === 0 ? Number.NaN : sum.ring + ring - 1;
  }
  for (const { held, retained } of holdings) {
    if (held.kind === 'family') sums[held.family]!.retained += retained;
  }
  const measured: MeasuredFamily[] = [];
  for (const one of families) {
    const { bytes, spare, spareResident, retained, ring } = sums[one.id]!;
    const isRoot = one.parent === undefined && one.ownerUsable === undefined;
    // Parents stand before their children.
    measured.push({
      ...one,
      parent: one.parent && measured[one.parent.id],
      root: isRoot ? placeAt(found.slot.get(one.first)) : undefined,
      ringLength: Number.isNaN(ring) || ring === one.length ? undefined : ring,
      bytes,
      spare: Math.round(spare),
      spareResident: Math.round(spareResident),
      retained,
    });
  }
  return measured;
}

/** Spare room below a page is in RAM wherever its block is. */
const PAGE: Bytes = 4096;

function addSpare(
  sum: { spare: number; spareResident: number },
  block: number,
  { kind, elementBytes }: Family,
  found: FoundContainers,
  { starts, usable }: BlockIndex,
  pages: PagesByAddress,
): void {
  const capacity = found.capacity.get(block);
  const empty = capacity - found.length.get(block);
  if (empty === 0) return;
  const size = spareSize(kind, elementBytes);
  const room = usable.get(block);
  // Where the size is not sure, the block's own room divides it.
  const bytes = size === undefined ? (room * empty) / capacity : empty * size;
  sum.spare += bytes;
  const start = starts[block]! + room - bytes;
  sum.spareResident +=
    bytes < PAGE || kind === KIND.table ? bytes : pages.bytesWithin(start, start + bytes);
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
