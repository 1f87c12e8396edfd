/** The large containers of a heap, by their own words in memory, with the code that made them. */
import type { Bytes } from '../../model/bytes.ts';
import type { HeapAccount, LargeContainer } from '../../model/heap-account.ts';
import type { GrowthSite } from '../growth/from-heap/growth-sites.ts';

export interface LiveContainer extends LargeContainer {
  /** The only place of the recording where a block of its size was allocated; undefined where none is, or several. */
  readonly site: GrowthSite | undefined;
}

/** As many are told. */
const MOST = 10;

/** @param sites of a recording of the program. */
export function liveContainers(
  { containers }: HeapAccount,
  sites: readonly GrowthSite[],
): LiveContainer[] {
  return (containers?.large ?? []).slice(0, MOST).map((one) => {
    const asked = requestedBytes(one);
    const found = sites.filter(
      ({ blocks, element }) =>
        blocks.some(({ requested }) => requested === asked) &&
        (element === undefined || fits(one, element.size.value)),
    );
    return { ...one, site: found.length === 1 ? found[0] : undefined };
  });
}

/** What was asked of malloc; undefined where the size of an element is no more than an interval. */
function requestedBytes({ kind, capacity, elementBytes }: LargeContainer): Bytes | undefined {
  if (kind === 'bounded') return capacity;
  // A string ends with a NUL.
  if (kind === 'text') return capacity + 1;
  const { least, most } = elementBytes;
  return (kind === 'counted' || kind === 'ring') && least === most ? capacity * least : undefined;
}

const fits = ({ kind, elementBytes: { least, most } }: LargeContainer, size: Bytes): boolean =>
  kind === 'bounded' ? most % size === 0 : least <= size && size <= most;
