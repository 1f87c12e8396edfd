/** One container, seen by all witnesses: where it lies in a memory map, and which code made it. */
import type { ContainerKind } from '../../knowledge/containers.ts';
import { CHUNK_HEADER } from '../../knowledge/glibc-heap.ts';
import { baseName } from '../../model/base-name.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { HeapAccount, LargeContainer } from '../../model/heap-account.ts';
import type { GrowthSite } from '../growth/from-heap/growth-sites.ts';
import { sitesOf } from '../growth/from-log/corroboration.ts';
import type { GrownContainer } from '../growth/from-log/grown-container.ts';
import type { GrowthChain, GrowthStep } from '../growth/from-log/growth-chain.ts';
import { headerOf } from '../growth/growth.ts';
import type { RoledMapping } from '../memory-map/memory-groups.ts';
import { isBy, type Moment } from '../replay/folds/map-time-search.ts';
import { haveOneLayout } from './capture-match.ts';
import { type ElementsInUse, elementsInUse } from './elements-in-use.ts';
import { type ResidentBounds, residentBounds } from './resident-bounds.ts';
import type { Snapshot } from './snapshots.ts';

/** Where a container's mapping is in a memory map. */
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
      /** Of the container; undefined where the map has no resident sizes. */
      readonly resident: ResidentBounds | undefined;
    }
  | { readonly kind: 'none'; readonly because: string };

/** The block of malloc that holds a container, as a walk over the heap found it. */
export interface MeasuredChunk {
  /** With its header. */
  readonly size: Bytes;
  /** What the program may use of it. */
  readonly usable: Bytes;
  /** In pages that hold something. */
  readonly touched: Bytes;
  /** The container by its own words in memory; undefined where they were not found. */
  readonly container: LargeContainer | undefined;
}

/** One container, seen by all witnesses. */
export interface ContainerStory {
  readonly grown: GrownContainer;
  /** The map that the row is in; undefined without any map. */
  readonly snapshot: Snapshot | undefined;
  readonly row: RowOfContainer | undefined;
  /** Which of its steps had been made then; the last where no map has it. */
  readonly at: number;
  /** What its mapping has beyond block and header then; undefined where the block is not known. */
  readonly rounding: Bytes | undefined;
  /** What malloc has there, where its own account is of the map's moment. */
  readonly chunk: MeasuredChunk | undefined;
  /** The call site whose blocks have these sizes. */
  readonly site: GrowthSite | undefined;
  readonly elements: ElementsInUse | undefined;
}

export interface Surroundings {
  /** The one that the story is about first. */
  readonly snapshots: readonly Snapshot[];
  /** All containers of the log. */
  readonly all: readonly GrownContainer[];
  /** Of a recording of the program. */
  readonly sites: readonly GrowthSite[];
  readonly pageBytes: Bytes;
  /** By an account of the first snapshot's process and moment. */
  readonly account: Pick<HeapAccount, 'largeBlocks' | 'containers'> | undefined;
}

export function containerStory(
  grown: GrownContainer,
  { snapshots, all, sites, pageBytes, account }: Surroundings,
): ContainerStory {
  const seen = snapshots.map((snapshot) => ({ snapshot, ...rowOf(grown, all, snapshot) }));
  const found = seen.find(({ row }) => row.kind !== 'none') ?? seen[0];
  const { snapshot, row } = found ?? {};
  const { chain, blocks } = grown;
  const at = found?.at ?? chain.steps.length - 1;
  const block = blocks[at]!;
  const site = siteOf(grown, sites);
  const chunk =
    snapshot === snapshots[0] && row?.kind !== 'none' && haveOneLayout(snapshot?.belonging)
      ? chunkAt(chain.steps[at]!, account)
      : undefined;
  return {
    grown,
    snapshot,
    row,
    at,
    rounding:
      block.requested === undefined
        ? undefined
        : chain.steps[at]!.mapped - block.requested - (headerOf(block) ?? 0),
    site,
    chunk,
    elements:
      // What its own words say needs no inference.
      snapshot && row?.kind === 'own' && chunk?.container === undefined
        ? elementsInUse({
            grown,
            at,
            row: row.row.mapping,
            capture: baseName(snapshot.name),
            pageBytes,
            kind: namedKind(site),
          })
        : undefined,
  };
}

/** What the names of a recording call the container. */
const namedKind = (site: GrowthSite | undefined): ContainerKind | undefined =>
  site?.container.basis === 'measured' ? site.container.value.kind : undefined;

/** A block that malloc keeps in a mapping of its own begins where that does. */
function chunkAt(
  { start, mapped }: GrowthStep,
  account: Surroundings['account'],
): MeasuredChunk | undefined {
  const { largeBlocks = [], containers } = account ?? {};
  const block = largeBlocks.find(({ address, size }) => address === start && size === mapped);
  if (block === undefined) return undefined;
  const { size, touched } = block;
  const container = containers?.large.find(({ address }) => address === start);
  return { size, usable: size - CHUNK_HEADER, touched, container };
}

/**
 * The step that a buffer's mapping was at in a moment; undefined where it had none, or where the
 * step was one of many that are not kept.
 */
export function stepAt({ steps, endLine }: GrowthChain, moment: Moment): number | undefined {
  if (endLine !== undefined && isBy(endLine, moment)) return undefined;
  const at = steps.findLastIndex(({ line }) => isBy(line, moment));
  const step = steps[at];
  if (step === undefined) return undefined;
  const piece = moment.at(step.start);
  const isThere = piece !== undefined && step.start + step.mapped <= piece.end;
  return isThere ? at : undefined;
}

interface FoundRow {
  readonly row: RowOfContainer;
  readonly at: number;
}

/** The row that holds the container's mapping as it was when the map was taken. */
function rowOf(
  { chain }: GrownContainer,
  all: readonly GrownContainer[],
  { groups: { mappings }, belonging, moment }: Snapshot,
): FoundRow {
  const last = chain.steps.length - 1;
  const none = (because: string): FoundRow => ({ row: { kind: 'none', because }, at: last });
  if (belonging?.degree === 'other') return none('the captures are of two programs');
  if (!haveOneLayout(belonging)) {
    return { row: rowOfSize(chain.last, mappings), at: last };
  }
  const at = moment ? stepAt(chain, moment) : last;
  if (at === undefined) {
    // The map has it all the same: the log's own moment was not found.
    const own = ownStep(chain, mappings);
    if (own) return own;
    const isLater = moment && !isBy(chain.steps[0]!.line, moment);
    return none(isLater ? 'it was made later' : 'it was freed by then');
  }
  const { start, mapped } = chain.steps[at]!;
  const row = mappings.find(
    ({ mapping }) => mapping.start <= start && start < mapping.start + mapping.size,
  );
  if (row === undefined || row.mapping.backing.kind !== 'anonymous') {
    return none('nothing lies there in the map');
  }
  const isOwn = row.mapping.start === start && row.mapping.size === mapped;
  return {
    row: isOwn ? { kind: 'own', row, by: 'address' } : mergedRow(row, mapped, all, moment),
    at,
  };
}

/** The latest step whose mapping is a row of the map by itself. */
function ownStep({ steps }: GrowthChain, mappings: readonly RoledMapping[]): FoundRow | undefined {
  for (const [at, { start, mapped }] of [...steps.entries()].reverse()) {
    const row = mappings.find(
      ({ mapping, role }) =>
        role.value === 'anonymous' && mapping.start === start && mapping.size === mapped,
    );
    if (row) return { row: { kind: 'own', row, by: 'address' }, at };
  }
  return undefined;
}

function rowOfSize({ mapped }: GrowthStep, mappings: readonly RoledMapping[]): RowOfContainer {
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

/** A row of several mappings, taken apart by the log. */
function mergedRow(
  row: RoledMapping,
  mapped: Bytes,
  grown: readonly GrownContainer[],
  moment: Moment | undefined,
): RowOfContainer {
  const { start, size } = row.mapping;
  const inside = grown.flatMap(({ chain }) => {
    const at = moment ? stepAt(chain, moment) : chain.steps.length - 1;
    const step = at === undefined ? undefined : chain.steps[at];
    const isInside = step && step.start >= start && step.start + step.mapped <= start + size;
    return isInside ? [step.mapped] : [];
  });
  const rest = inside.reduce((left, mapped) => left - mapped, size);
  const resident = residentBounds(mapped, row.mapping);
  return { kind: 'merged', row, others: inside.length - 1, rest, resident };
}

/** The only site of a recording that can have made a container's blocks. */
export function siteOf(
  { chain, estimate }: GrownContainer,
  sites: readonly GrowthSite[],
): GrowthSite | undefined {
  const found = sitesOf(sites, chain, estimate.requests);
  return found.length === 1 ? found[0] : undefined;
}
