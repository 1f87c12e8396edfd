/** Two images of one program: which containers grew, and which leaks are new. */
import type { Bytes } from '../../model/bytes.ts';
import type { ContainerFindings } from './containers.ts';
import type { MeasuredFamily } from './measured-families.ts';
import type { Held } from './ownership.ts';

/** What families that stand at the same place have together. */
export interface FamilyFigures {
  readonly number: number;
  readonly length: number;
  readonly bytes: Bytes;
  readonly spare: Bytes;
}

export interface FamilyChange {
  /** The later one, or that which is gone. */
  readonly family: MeasuredFamily;
  readonly before: FamilyFigures;
  readonly after: FamilyFigures;
}

/** Leaked blocks of one type. */
export interface LeakChange {
  readonly held: Held;
  /** Of the later image, for a family's words; undefined for blocks that are no containers'. */
  readonly family: MeasuredFamily | undefined;
  readonly before: { readonly count: number; readonly bytes: Bytes };
  readonly after: { readonly count: number; readonly bytes: Bytes };
}

export interface ContainersDifference {
  /** The largest change in bytes first. */
  readonly families: readonly FamilyChange[];
  /** The most new bytes first. */
  readonly leaks: readonly LeakChange[];
}

const NOTHING: FamilyFigures = { number: 0, length: 0, bytes: 0, spare: 0 };
const NO_LEAK = { count: 0, bytes: 0 };

export function containersDifference(
  before: ContainerFindings,
  after: ContainerFindings,
): ContainersDifference {
  const [old, now] = [byPlace(before.families), byPlace(after.families)];
  const places = [...new Set([...now.keys(), ...old.keys()])];
  const families = places.map((place): FamilyChange => {
    const [one, other] = [old.get(place), now.get(place)];
    return {
      family: (other ?? one)!.family,
      before: one?.figures ?? NOTHING,
      after: other?.figures ?? NOTHING,
    };
  });
  return {
    families: families
      .filter((one) => change(one) !== 0 || one.before.length !== one.after.length)
      .sort((a, b) => Math.abs(change(b)) - Math.abs(change(a))),
    leaks: leakChanges(before, after),
  };
}

const change = ({ before, after }: FamilyChange): Bytes => after.bytes - before.bytes;

interface Summed {
  readonly family: MeasuredFamily;
  readonly figures: FamilyFigures;
}

/** Families at one place of one type count together: addresses and threads are others in each run. */
function byPlace(families: readonly MeasuredFamily[]): Map<string, Summed> {
  const sums = new Map<string, Summed>();
  for (const family of families) {
    const key = placeKey(family);
    const known = sums.get(key);
    const { number, length, bytes, spare } = known?.figures ?? NOTHING;
    sums.set(key, {
      family: known?.family ?? family,
      figures: {
        number: number + family.number,
        length: length + family.length,
        bytes: bytes + family.bytes,
        spare: spare + family.spare,
      },
    });
  }
  return sums;
}

/** Sizes that are no more than an interval depend on the capacities that were seen. */
function placeKey({
  kind,
  elementBytes,
  root,
  parent,
  offset,
  ownerUsable,
}: MeasuredFamily): string {
  const size = elementBytes.least === elementBytes.most ? elementBytes.least : '';
  const name = root?.kind === 'data' ? `${root.file} ${root.name}` : '';
  const own = `${kind} ${size} ${root?.kind ?? ''} ${name} ${offset ?? ''} ${ownerUsable ?? ''}`;
  return parent === undefined ? own : `${placeKey(parent)} / ${own}`;
}

function leakChanges(before: ContainerFindings, after: ContainerFindings): LeakChange[] {
  const [old, now] = [leaksOf(before), leaksOf(after)];
  const keys = [...new Set([...now.keys(), ...old.keys()])];
  return keys
    .map((key): LeakChange => {
      const [one, other] = [old.get(key), now.get(key)];
      const { held, family } = (other ?? one)!;
      return { held, family, before: one?.sum ?? NO_LEAK, after: other?.sum ?? NO_LEAK };
    })
    .filter((one) => one.after.bytes > one.before.bytes)
    .sort((a, b) => b.after.bytes - b.before.bytes - (a.after.bytes - a.before.bytes));
}

function leaksOf({ holdings, families }: ContainerFindings) {
  const byId = new Map(families.map((family) => [family.id, family]));
  const leaked = holdings.findIndex(({ held }) => held.kind === 'leaked');
  const found = new Map<
    string,
    {
      readonly held: Held;
      readonly family: MeasuredFamily | undefined;
      readonly sum: { readonly count: number; readonly bytes: Bytes };
    }
  >();
  if (leaked === -1) return found;
  for (const { held, parent, count, bytes } of holdings) {
    if (parent !== leaked) continue;
    const family = held.kind === 'family' ? byId.get(held.family) : undefined;
    const key = family ? placeKey(family) : JSON.stringify(held);
    const known = found.get(key)?.sum ?? NO_LEAK;
    found.set(key, {
      held,
      family,
      sum: { count: known.count + count, bytes: known.bytes + bytes },
    });
  }
  return found;
}
