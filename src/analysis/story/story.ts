import type { AllocationProfile } from '../../model/allocation-profile.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred } from '../../model/claim.ts';
import type { SpaceFindings } from '../address-space/findings.ts';
import type { GrownContainer } from '../growth-chains/findings.ts';
import type { GrowthSite } from '../heap/growth-sites.ts';
import type { MemoryGroups, RoledMapping } from '../memory-groups.ts';
import { type Belonging, mapBelongsTo, recordingBelongsTo } from './belonging.ts';
import { type ElementsInUse, elementsInUse } from './elements-in-use.ts';
import { type Waterfall, waterfall } from './waterfall.ts';

/** What the captures of one run say, as far as there are any. */
export interface Witnesses {
  readonly map: MemoryGroups | undefined;
  /** The address space of a log that the story is about. */
  readonly space: SpaceFindings | undefined;
  readonly recording:
    | { readonly profile: AllocationProfile; readonly sites: readonly GrowthSite[] }
    | undefined;
  readonly pageBytes: Bytes;
}

/** Where a container's mapping is in the memory map. */
export type RowOfContainer =
  /** A row of just this mapping. */
  | { readonly kind: 'own'; readonly row: RoledMapping; readonly by: 'address' | 'size' }
  /** The kernel shows it in one row with its neighbours; the log tells them apart. */
  | {
      readonly kind: 'merged';
      readonly row: RoledMapping;
      /** Other containers in the row. */
      readonly others: number;
      /** What is left of the row without any of them. */
      readonly rest: Bytes;
    }
  | { readonly kind: 'none'; readonly because: string };

/** One container, seen by all witnesses. */
export interface ContainerStory {
  readonly grown: GrownContainer;
  readonly row: RowOfContainer | undefined;
  /** The call site whose blocks have these sizes. */
  readonly site: GrowthSite | undefined;
  readonly elements: ElementsInUse | undefined;
}

export interface Story {
  readonly witnesses: Witnesses;
  readonly mapAndLog: Belonging | undefined;
  readonly recordingAndOthers: Belonging | undefined;
  readonly waterfall: Waterfall | undefined;
  readonly containers: readonly ContainerStory[];
}

export function story(witnesses: Witnesses): Story {
  const { map, space, recording } = witnesses;
  const grown = space?.growth.containers ?? [];
  const mapAndLog = map && space && mapBelongsTo(map, space);
  const program = space?.replayed.program ?? map?.map.executable ?? map?.map.command;
  const recordingAndOthers =
    recording && (map || space)
      ? recordingBelongsTo(
          recording.profile.recording.debuggee,
          program,
          grown.some((one) => siteOf(one, recording.sites) !== undefined),
        )
      : undefined;
  const isOfRun = recordingAndOthers?.degree !== 'other';
  const containers = grown.map((one) => containerStory(one, grown, witnesses, mapAndLog, isOfRun));
  const held =
    recording && isOfRun ? heldBytes(recording.profile, isBeforeEnd(containers, space)) : undefined;
  return {
    witnesses,
    mapAndLog,
    recordingAndOthers,
    waterfall: map && waterfall(map, held),
    containers,
  };
}

/** Whether the map was taken before the program gave its containers back; unknown without a log. */
function isBeforeEnd(
  containers: readonly ContainerStory[],
  space: SpaceFindings | undefined,
): boolean {
  if (space === undefined) return true;
  return containers.some(
    ({ grown, row }) => row && row.kind !== 'none' && grown.chain.endLine !== undefined,
  );
}

/** What the program holds where the map was taken: the end of the recording, or its peak. */
function heldBytes({ totals }: AllocationProfile, isPeak: boolean): Claim<Bytes> {
  return isPeak
    ? inferred(totals.peak, 'the peak of the heap recording, a run of its own')
    : inferred(totals.leaked, 'the end of the heap recording, a run of its own');
}

function containerStory(
  grown: GrownContainer,
  all: readonly GrownContainer[],
  { map, recording, pageBytes }: Witnesses,
  mapAndLog: Belonging | undefined,
  isOfRun: boolean,
): ContainerStory {
  const row = map && mapAndLog && rowOf(grown, all, map, mapAndLog);
  return {
    grown,
    row,
    site: recording && isOfRun ? siteOf(grown, recording.sites) : undefined,
    elements: row?.kind === 'own' ? elementsInUse(grown, row.row.mapping, pageBytes) : undefined,
  };
}

/** A row of several mappings, taken apart by the log. */
function mergedRow(row: RoledMapping, grown: readonly GrownContainer[]): RowOfContainer {
  const { start, size } = row.mapping;
  const inside = grown.filter(
    ({ chain: { last } }) => last.start >= start && last.start + last.mapped <= start + size,
  );
  const rest = inside.reduce((left, { chain }) => left - chain.last.mapped, size);
  return { kind: 'merged', row, others: inside.length - 1, rest };
}

/** The row that holds the container's last mapping. */
function rowOf(
  { chain }: GrownContainer,
  grown: readonly GrownContainer[],
  { mappings }: MemoryGroups,
  { degree }: Belonging,
): RowOfContainer {
  if (degree === 'other') return { kind: 'none', because: 'the captures are of two programs' };
  const { start, mapped } = chain.last;
  if (degree === 'process' || degree === 'layout') {
    const row = mappings.find(
      ({ mapping }) => mapping.start <= start && start < mapping.start + mapping.size,
    );
    if (row === undefined || row.mapping.backing.kind !== 'anonymous') {
      return { kind: 'none', because: 'nothing lies there in the map: it was freed by then' };
    }
    const isOwn = row.mapping.start === start && row.mapping.size === mapped;
    return isOwn ? { kind: 'own', row, by: 'address' } : mergedRow(row, grown);
  }
  const ofSize = mappings.filter(
    ({ mapping, role }) =>
      role.value === 'anonymous' && mapping.size === mapped && mapping.permissions.startsWith('rw'),
  );
  if (ofSize.length === 1) return { kind: 'own', row: ofSize[0]!, by: 'size' };
  const because =
    ofSize.length === 0
      ? 'no row has its size'
      : `${ofSize.length} rows have its size, and addresses cannot be compared`;
  return { kind: 'none', because };
}

/** The only site whose series of blocks has all the sizes that the mappings allow. */
function siteOf(
  { estimate: { blocks } }: GrownContainer,
  sites: readonly GrowthSite[],
): GrowthSite | undefined {
  const known = blocks.filter((block) => block !== undefined);
  if (known.length === 0) return undefined;
  const fitting = sites.filter(({ ladder }) =>
    known.every((block) => ladder.some((rung) => rung.bytes === block)),
  );
  return fitting.length === 1 ? fitting[0] : undefined;
}
