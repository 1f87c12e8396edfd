/** Memory of no file, as far as a memory map and a replayed log can be held against each other. */
import type { Address } from '../../../model/address.ts';
import { firstIndex } from '../../../model/binary-search.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { Mapping, MemoryMap } from '../../../model/memory-map.ts';
import type { AddressRange } from '../../../model/range.ts';
import { PROT } from '../../../model/syscall-trace.ts';
import { mappingRoles, type Role } from '../../memory-map/mapping-roles.ts';
import type { Region } from '../region.ts';

/** PROT_* bits; -1 where nothing is, or something else. */
export type Rights = number;

export const NO_MEMORY: Rights = -1;

/** A stretch of private memory of one set of rights. */
interface PrivateRange extends AddressRange {
  readonly rights: Rights;
}

const isPrivate = ({ kind }: Region): boolean => kind === 'heap' || kind === 'anonymous';

export const rightsOf = (region: Region): Rights =>
  isPrivate(region) ? region.protection : NO_MEMORY;

/** What a memory map shows of it. Rows must not overlap; of those that do, the first counts. */
export class PrivateMemory {
  /** By address, apart. */
  readonly #ranges: readonly PrivateRange[];
  /** Bytes in all ranges before each, and in all of them; a map can have a hundred thousand. */
  readonly #sums: Float64Array;

  constructor(map: MemoryMap) {
    const ranges: PrivateRange[] = [];
    const roles = mappingRoles(map).map(({ value }) => value);
    const rows = map.mappings
      .filter(
        ({ permissions }, i) =>
          (roles[i] === 'heap' || roles[i] === 'anonymous') &&
          permissions[3] !== 's' &&
          !isOfProgram(map.mappings, roles, i),
      )
      .toSorted((a, b) => a.start - b.start);
    for (const { start, size, permissions } of rows) {
      if (start < (ranges.at(-1)?.end ?? 0)) continue;
      ranges.push({ start, end: start + size, rights: rightsOfRow(permissions) });
    }
    this.#ranges = ranges;
    this.#sums = new Float64Array(ranges.length + 1);
    for (const [i, { start, end }] of ranges.entries()) {
      this.#sums[i + 1] = this.#sums[i]! + end - start;
    }
  }

  /** How many bytes of a range are other than in the map if all of it has these rights. */
  differing(range: AddressRange, rights: Rights): Bytes {
    const { start, end } = range;
    if (rights === NO_MEMORY) return start < end ? this.#below(end) - this.#below(start) : 0;
    let same = 0;
    for (let i = this.#firstAfter(start); i < this.#ranges.length; i++) {
      const row = this.#ranges[i]!;
      if (row.start >= end) break;
      if (row.rights === rights) same += Math.min(end, row.end) - Math.max(start, row.start);
    }
    return end - start - same;
  }

  /** The same for all regions of an address space, and all that lies between them. */
  differingFrom(regions: readonly Region[]): Bytes {
    return this.differingWithin({ start: 0, end: Number.POSITIVE_INFINITY }, regions);
  }

  /** @param regions what lies in the range, cut to it, by address. */
  differingWithin({ start, end }: AddressRange, regions: readonly Region[]): Bytes {
    let total = 0;
    let at = start;
    for (const region of regions) {
      total += this.differing({ start: at, end: region.start }, NO_MEMORY);
      total += this.differing(region, rightsOf(region));
      at = region.end;
    }
    return total + this.differing({ start: at, end }, NO_MEMORY);
  }

  /** How many bytes are mapped below an address. */
  #below(address: Address): Bytes {
    const at = this.#firstAfter(address);
    const range = this.#ranges[at];
    const part = range === undefined ? 0 : Math.max(0, address - range.start);
    return this.#sums[at]! + part;
  }

  /** The first range that ends behind an address. */
  #firstAfter(address: Address): number {
    return firstIndex(this.#ranges.length, (i) => this.#ranges[i]!.end > address);
  }
}

/** Zeroed data of the program, right behind its file: the kernel maps it before the first call. */
function isOfProgram(mappings: readonly Mapping[], roles: readonly Role[], i: number): boolean {
  const [before, row] = [mappings[i - 1], mappings[i]];
  return (
    roles[i - 1] === 'executable' &&
    before!.start + before!.size === row!.start &&
    roles[i] === 'anonymous'
  );
}

/** `rw-p` as the calls say it. */
function rightsOfRow(permissions: string): Rights {
  return (
    (permissions[0] === 'r' ? PROT.READ : 0) |
    (permissions[1] === 'w' ? PROT.WRITE : 0) |
    (permissions[2] === 'x' ? PROT.EXEC : 0)
  );
}
