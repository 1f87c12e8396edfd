/** Which code allocated what is live, where an account tells how much that is and a recording who allocates. */
import type { Bytes } from '../../model/bytes.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { type LiveSite, liveSites, withoutLibraries } from '../heap/interactive-heap.ts';

/** A place in the code, with what it had live at two moments of the recording. */
export interface LiveCodeSite extends Pick<LiveSite, 'place'> {
  readonly least: Bytes;
  readonly most: Bytes;
}

/** Whose the live bytes of an account are, as far as another run of the program tells. */
export interface LiveCode {
  /** As the account measures it. */
  readonly live: Bytes;
  /** The moment of the recording that has as much; undefined where neither has, and each place has an interval. */
  readonly moment: 'peak' | 'end' | undefined;
  /** What the recording has live at its peak and at its end. */
  readonly peak: Bytes;
  readonly end: Bytes;
  /** The largest first. */
  readonly sites: readonly LiveCodeSite[];
}

/** As many places are told. */
const MOST_SITES = 10;

/** Blocks are rounded up, and runs differ a little: as near two sums are of one moment. */
const ALIKE = 0.1;

/** @returns undefined where the recording does not tell what was live at both moments. */
export function liveCode(account: HeapAccount, profile: HeapProfile): LiveCode | undefined {
  const { peak, leaked } = profile.costs;
  if (peak === undefined || leaked === undefined || profile.window !== undefined) return undefined;
  const live = account.live.bytes;
  const sums = { peak: sum(peak), end: sum(leaked) };
  const near = (['end', 'peak'] as const).filter(
    (moment) => Math.abs(sums[moment] - live) <= ALIKE * live,
  );
  const moment = near.toSorted((a, b) => Math.abs(sums[a] - live) - Math.abs(sums[b] - live))[0];
  const [atPeak, atEnd] = [placesAt(profile, peak), placesAt(profile, leaked)];
  const sites = [...new Set([...atPeak.keys(), ...atEnd.keys()])].map((key): LiveCodeSite => {
    const [one, other] = [atPeak.get(key), atEnd.get(key)];
    const [a, b] = [one?.bytes ?? 0, other?.bytes ?? 0];
    const [least, most] =
      moment === undefined ? [Math.min(a, b), Math.max(a, b)] : moment === 'peak' ? [a, a] : [b, b];
    return { place: (one ?? other)!.place, least, most };
  });
  return {
    live,
    moment,
    ...sums,
    sites: sites
      .filter(({ most }) => most > 0)
      .sort((a, b) => b.most - a.most || b.least - a.least)
      .slice(0, MOST_SITES),
  };
}

/** Places in the program's own code. */
function placesAt(profile: HeapProfile, live: Float64Array): Map<string, LiveSite> {
  const sites = liveSites(withoutLibraries(profile), live, Number.POSITIVE_INFINITY);
  return new Map(sites.map((site) => [keyOf(site), site]));
}

const keyOf = ({ place: { name, file, line, module } }: LiveSite): string =>
  JSON.stringify([name, file, line, module]);

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
