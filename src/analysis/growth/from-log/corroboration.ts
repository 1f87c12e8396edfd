import type { ByteInterval } from '../../../knowledge/allocators/allocator.ts';
import type { Bytes } from '../../../model/bytes.ts';
import { type Claim, inferred } from '../../../model/claim.ts';
import type { MemoryMap } from '../../../model/memory-map.ts';
import type { RecordedSeries } from '../estimate/given-facts.ts';
import { longestGrowth } from '../estimate/growth-run.ts';
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

/**
 * The sites of a recording that have all blocks of a chain's growth: those where a container grew no
 * further, as this one did, else any.
 */
export function sitesOf(
  sites: readonly GrowthSite[],
  chain: GrowthChain,
  requests: readonly ByteInterval[],
): GrowthSite[] {
  const matching = sites.filter((site) => blocksIn(site, chain, requests) !== undefined);
  const last = requests[longestGrowth(chain).to - 1]!;
  const ended = matching.filter(({ blocks }) =>
    blocks.some((block) => block.ended > 0 && isWithin(block.requested, last)),
  );
  return ended.length > 0 ? ended : matching;
}

/** The blocks of a site for each step of a chain's growth; undefined where one is missing. */
function blocksIn(
  { blocks }: GrowthSite,
  chain: GrowthChain,
  requests: readonly ByteInterval[],
): (Bytes | undefined)[] | undefined {
  const { from, to } = longestGrowth(chain);
  const found = requests.map((interval, i) =>
    i < from || i >= to
      ? undefined
      : blocks.findLast(({ requested }) => isWithin(requested, interval))?.requested,
  );
  return found.slice(from, to).includes(undefined) ? undefined : found;
}

/** What the sites of a recording say that can have made a chain; undefined where none can. */
export function recordedIn(
  sites: readonly GrowthSite[],
  chain: GrowthChain,
  requests: readonly ByteInterval[],
): RecordedSeries[] | undefined {
  const found = sitesOf(sites, chain, requests).map((site) => ({
    blocks: blocksIn(site, chain, requests)!,
    element: site.element,
    container: site.container.value.kind,
    because: recordedReason(site),
  }));
  return found.length === 0 ? undefined : found;
}

function recordedReason({ place, element }: GrowthSite): string {
  const { name, file, line } = place;
  const where = name ?? (file === undefined ? 'a site' : `${file}:${line}`);
  const size = element?.size;
  const reason = size?.basis === 'inferred' ? `: ${size.because}` : '';
  return `the heap recording has these blocks at ${where}${reason}`;
}
