import type { MapDifference, MappingChange } from '../../analysis/memory-map/map-difference.ts';
import type { MemoryGroups } from '../../analysis/memory-map/memory-groups.ts';
import type { ProcessFamily } from '../../analysis/memory-map/process-family.ts';
import { once } from '../../model/memoize.ts';
import { footprintResult, knownColumns } from './footprint.ts';
import { mappingResult } from './mapping.ts';
import { processResult } from './process.ts';
import type { ChangeResult, DifferenceResult, MapResult } from './schema.ts';

/** Maps of processes that have nothing to do with each other. */
export const mapResult = (maps: readonly MemoryGroups[]): MapResult => ({
  processes: maps.map((groups) => processResult(groups)),
  sum: null,
  comparison: null,
});

/** Several live processes. */
export const familyResult = ({ members, sum }: ProcessFamily): MapResult => ({
  processes: members.map((one) => processResult(one.groups, one)),
  sum: {
    ...footprintResult(sum),
    columns: knownColumns(members.map(({ groups }) => groups.total)),
  },
  comparison: null,
});

/** Two captures compared; `processes` holds the later one. */
export function differenceResult(
  difference: MapDifference,
  names: { readonly before: string; readonly after: string },
): DifferenceResult {
  const { matchedBy, groups, unchanged } = difference;
  const changes = once(() => difference.changes.map(changeResult));
  return {
    ...mapResult([difference.after]),
    comparison: {
      ...names,
      matchedBy,
      groups: groups.map(({ name, before, after }) => ({
        name,
        before: footprintResult(before),
        after: footprintResult(after),
        sizeBytes: after.size - before.size,
        residentBytes:
          before.resident === undefined || after.resident === undefined
            ? null
            : after.resident - before.resident,
      })),
      get changes() {
        return changes();
      },
      unchanged,
    },
  };
}

const changeResult = (one: MappingChange): ChangeResult => ({
  kind: kindOf(one),
  before: one.before ? mappingResult(one.before) : null,
  after: one.after ? mappingResult(one.after) : null,
  sizeBytes: one.size,
  residentBytes: one.resident ?? null,
});

function kindOf({ before, after, size }: MappingChange): ChangeResult['kind'] {
  if (before === undefined) return 'appeared';
  if (after === undefined) return 'vanished';
  if (size === 0) return 'resident';
  return size > 0 ? 'grew' : 'shrank';
}
