import type { ByteInterval } from '../../../knowledge/allocators/allocator.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { type Claim, inferred } from '../../../model/claim.ts';
import type { MemoryMap } from '../../../model/memory-map.ts';
import { isWithin } from '../estimate/hypothesis.ts';
import type { GrowthSite } from '../from-heap/growth-sites.ts';
import type { GrowthChain } from './growth-chain.ts';

/**
 * Pages of a buffer that were touched, by a memory map of the same process. Where addresses are
 * others, as in a second run, a row of just its size will do if there is only one.
 *
 * @returns undefined where no row is the buffer's alone.
 */
export function residentIn(
  map: MemoryMap,
  { last, endLine }: GrowthChain,
): Claim<Bytes> | undefined {
  const rows = map.mappings.filter(
    ({ size, permissions, backing, resident }) =>
      size === last.mapped &&
      backing.kind === 'anonymous' &&
      permissions.startsWith('rw') &&
      resident !== undefined,
  );
  const own = rows.find(({ start }) => start === last.start);
  if (own) {
    return inferred(own.resident!, `the memory map has it at the same address (line ${own.line})`);
  }
  const [only] = rows;
  if (rows.length !== 1 || only === undefined) return undefined;
  const ended = endLine === undefined ? '' : ', at another time or in another run';
  return inferred(
    only.resident!,
    `the memory map has one row of its size, at another address (line ${only.line})${ended}`,
  );
}

/** The element size that a heap recording tells of the site whose blocks these mappings hold. */
export function elementBytesIn(
  sites: readonly GrowthSite[],
  requests: readonly ByteInterval[],
): Claim<Bytes> | undefined {
  const matching = sites.filter(({ blocks, element }) => {
    if (element === undefined || element.certainty === 'guess') return false;
    return requests.every((interval) =>
      blocks.some(({ requested }) => isWithin(requested, interval)),
    );
  });
  const [first] = matching;
  if (first?.element === undefined) return undefined;
  const size = first.element.size.value;
  if (matching.some(({ element }) => element!.size.value !== size)) return undefined;
  const { name, file, line } = first.place;
  const where = name ?? (file === undefined ? 'a site' : `${file}:${line}`);
  const reason = first.element.size.basis === 'inferred' ? `: ${first.element.size.because}` : '';
  return inferred(size, `the heap recording has these blocks at ${where}${reason}`);
}
