import type { Address } from '../../model/address.ts';
import type { ProcessImage } from '../../model/process-image.ts';
import { type AddressRange, gaps, intersection } from '../../model/range.ts';
import { PageContents, windows } from '../malloc/page-windows.ts';
import type { BlockIndex } from './block-index.ts';

/** Owners that are no blocks: below all of those. */
export const DATA = -1;
export const STACK = -2;

/** Words of eight bytes, as halves of four. */
export interface PointerVisitor {
  /**
   * Told of a word that leads into the heap.
   *
   * @param halves memory around it.
   * @param at where its lower half stands in them.
   * @param from and @param to the halves that belong to the same owner.
   * @param owner the block that it stands in; DATA or STACK for memory beside the heap.
   * @param address where it stands.
   * @param target the address that it is.
   */
  pointer(
    halves: Uint32Array,
    at: number,
    from: number,
    to: number,
    owner: number,
    address: Address,
    target: Address,
  ): void;
}

/** A word as a number; -1 where it belongs to another owner. */
export function numberAt(halves: Uint32Array, at: number, from: number, to: number): number {
  return at < from || at + 1 >= to ? -1 : halves[at + 1]! * 2 ** 32 + halves[at]!;
}

/** What of a process's memory is malloc's. */
export interface HeapMemory {
  /** Where its blocks lie, by address. */
  readonly heap: readonly AddressRange[];
  /** Beside that, what it notes of them: its words lead to free blocks, and to the ends of others. */
  readonly records: readonly AddressRange[];
}

/**
 * Visits the words of all memory that a program can get at: its data, its stacks as far as they are in
 * use, and its blocks. What was freed is left out: it is full of what was.
 */
export function visitLiveWords(
  image: ProcessImage,
  blocks: BlockIndex,
  { heap, records }: HeapMemory,
  visitor: PointerVisitor,
): void {
  const mallocs = [...heap, ...records].sort((a, b) => a.start - b.start);
  for (const { owner, range } of rootRanges(image, mallocs)) {
    for (const { start, halves } of windows(
      image,
      range,
      new PageContents(range, image.pageBytes),
    )) {
      // The window begins with its page.
      const from = Math.max(0, (range.start - start) / 4);
      visitHalves(halves, from, halves.length, start, owner, blocks, visitor);
    }
  }
  let block = 0;
  for (const range of heap) {
    for (const { start, halves } of windows(
      image,
      range,
      new PageContents(range, image.pageBytes),
    )) {
      const end = start + halves.length * 4;
      while (block > 0 && blocks.starts[block - 1]! + blocks.usable.get(block - 1) > start) block--;
      while (block < blocks.count) {
        const first = blocks.starts[block]!;
        const blockEnd = first + blocks.usable.get(block);
        if (first >= end) break;
        const from = Math.max(0, (first - start) / 4);
        const to = Math.min(halves.length, (blockEnd - start) / 4);
        if (from < to) visitHalves(halves, from, to, start, block, blocks, visitor);
        block++;
      }
    }
  }
}

function visitHalves(
  halves: Uint32Array,
  from: number,
  to: number,
  base: Address,
  owner: number,
  { upperHalves }: BlockIndex,
  visitor: PointerVisitor,
): void {
  for (let at = from; at + 1 < to; at += 2) {
    const upper = halves[at + 1]!;
    if (upper === 0 || upper >= upperHalves.length || upperHalves[upper] === 0) continue;
    const target = upper * 2 ** 32 + halves[at]!;
    visitor.pointer(halves, at, from, to, owner, base + at * 4, target);
  }
}

/** Writable private memory that is not of the heap; of stacks what lies above their pointers. */
function rootRanges(
  { rows, threads }: ProcessImage,
  mallocs: readonly AddressRange[],
): { readonly owner: number; readonly range: AddressRange }[] {
  return rows.flatMap(({ start, known, permissions, backing }) => {
    if (!/^rw.p/.test(permissions)) return [];
    const pointers = threads.flatMap(({ stackPointer }) => stackPointer ?? []);
    const stack = pointers.find((pointer) => pointer >= start && pointer < start + known);
    const first = stack === undefined ? start : stack - (stack % 8);
    const range = { start: first, end: start + known };
    const owner = stack !== undefined || backing.kind === 'stack' ? STACK : DATA;
    const inHeap = mallocs.flatMap((part) => intersection(range, part) ?? []);
    return gaps(range, inHeap).map((gap) => ({ owner, range: gap }));
  });
}
