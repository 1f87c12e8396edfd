/** Rows of a memory map that are several mappings: the kernel joins neighbours, a log tells them apart. */
import type { MemoryUse } from '../../knowledge/memory-uses.ts';
import { type AddressRange, gaps } from '../../model/range.ts';
import type { GrownContainer } from '../growth/from-log/grown-container.ts';
import type { RoledMapping } from '../memory-map/memory-groups.ts';
import { isBy, type Moment } from '../replay/folds/map-time-search.ts';
import type { Region } from '../replay/region.ts';
import { haveOneLayout } from './capture-match.ts';
import { stepAt } from './container-story.ts';
import { type ResidentBounds, residentBounds } from './resident-bounds.ts';
import type { Snapshot } from './snapshots.ts';

/** One mapping in a row. */
export interface RowPart extends AddressRange {
  /** What it is for; undefined where the call that made it is not in the log. */
  readonly use: MemoryUse | undefined;
  /** The call of the log that gave it its size. */
  readonly line: number | undefined;
  /** Which of the story's containers lies in it. */
  readonly container: GrownContainer | undefined;
  /** Undefined where the map has no resident sizes. */
  readonly resident: ResidentBounds | undefined;
}

export interface MergedRow {
  readonly row: RoledMapping;
  /** By address; together they are the whole row. */
  readonly parts: readonly RowPart[];
  /** In every process buffers of the loader lie side by side. */
  readonly isSmall: boolean;
}

/** A part of what is in RAM that is worth no look, where no container lies in it. */
const SMALL_PART = 0.01;

/** The merged rows of a map, the largest first; none where map and log are not of one layout. */
export function mergedRows(
  { groups, belonging, moment }: Snapshot,
  containers: readonly GrownContainer[],
): readonly MergedRow[] {
  if (!haveOneLayout(belonging) || moment === undefined) return [];
  const byStart = containersByStart(containers, moment);
  const { pieces } = moment;
  // Of the address space much can be reserved.
  const whole = groups.total.resident ?? groups.total.size;
  const rows: MergedRow[] = [];
  let first = 0;
  for (const row of groups.mappings.toSorted((a, b) => a.mapping.start - b.mapping.start)) {
    const { start, size, backing } = row.mapping;
    while (first < pieces.length && pieces[first]!.end <= start) first++;
    if (backing.kind !== 'anonymous' && backing.kind !== 'heap') continue;
    const parts = partsOf({ start, end: start + size }, pieces, first);
    if (parts.length < 2) continue;
    const told = parts.map(({ region, ...range }) => ({
      ...range,
      use: region?.use,
      line: region && lineOf(region, moment),
      container: byStart.get(range.start),
      resident: residentBounds(range.end - range.start, row.mapping),
    }));
    const hasContainer = told.some(({ container }) => container !== undefined);
    rows.push({ row, parts: told, isSmall: size < SMALL_PART * whole && !hasContainer });
  }
  return rows.sort((a, b) => b.row.mapping.size - a.row.mapping.size);
}

interface Part extends AddressRange {
  readonly region: Region | undefined;
}

/** The histories in a row, and what of it the log does not know. */
function partsOf(row: AddressRange, pieces: readonly Region[], first: number): Part[] {
  const known: Part[] = [];
  for (let i = first; i < pieces.length && pieces[i]!.start < row.end; i++) {
    const region = pieces[i]!;
    if (region.kind !== 'anonymous' && region.kind !== 'heap') continue;
    const start = Math.max(region.start, row.start);
    const end = Math.min(region.end, row.end);
    const before = known.at(-1);
    const isContinued = before?.end === start && isOneHistory(before.region!, region);
    if (isContinued) known[known.length - 1] = { ...before, end };
    else known.push({ start, end, region });
  }
  if (known.length === 0) return [];
  const unknown = gaps(row, known).map((range) => ({ ...range, region: undefined }));
  return [...known, ...unknown].sort((a, b) => a.start - b.start);
}

const isOneHistory = (left: Region, right: Region): boolean =>
  left.chain === right.chain && left.kind === right.kind && left.use === right.use;

/** The last call until then that changed the mapping. */
function lineOf({ chain }: Region, moment: Moment): number | undefined {
  return chain && moment.stepsOf(chain).findLast(({ line }) => isBy(line, moment))?.line;
}

function containersByStart(
  containers: readonly GrownContainer[],
  moment: Moment,
): ReadonlyMap<number, GrownContainer> {
  return new Map(
    containers.flatMap((grown): [number, GrownContainer][] => {
      const at = stepAt(grown.chain, moment);
      return at === undefined ? [] : [[grown.chain.steps[at]!.start, grown]];
    }),
  );
}
