import {
  type MemoryGroups,
  memoryGroups,
  type RoledMapping,
} from '../../../analysis/memory-map/memory-groups.ts';
import type { MapSample } from '../../../analysis/replay/folds/map-samples.ts';
import { allocatorsIn } from '../../../analysis/replay/heap-findings.ts';
import { replayedMap } from '../../../analysis/replay/replayed-map.ts';
import { baseName } from '../../../model/base-name.ts';
import type { MemoryMap } from '../../../model/memory-map.ts';
import { formatCell } from '../../../views/text/quantity.ts';
import { memoizeLast } from '../../screen.ts';
import type { Reading } from '../../session.ts';
import type { State } from '../../state.ts';

/** A map that can be looked at: one that was captured, or a moment of the log. */
export type MapChoice =
  | { readonly kind: 'captured'; readonly map: MemoryMap; readonly file: string }
  | { readonly kind: 'moment'; readonly sample: MapSample };

/** All there are: those that were captured, then the log's in its order. */
export const mapChoices = memoizeLast(({ sources, samples }: Reading): readonly MapChoice[] => [
  ...[...sources.maps].flatMap(([map, file]): MapChoice[] =>
    map.mappings.length > 0 ? [{ kind: 'captured', map, file }] : [],
  ),
  ...samples.map((sample): MapChoice => ({ kind: 'moment', sample })),
]);

/** The one that is shown: as chosen; else that of the story, or the log's at its peak. */
export function shownChoice(reading: Reading, { map: { shown } }: State): number {
  const choices = mapChoices(reading);
  if (shown !== undefined) return Math.max(0, Math.min(shown, choices.length - 1));
  const { map, space } = reading.story.witnesses;
  const own = choices.findIndex((one) => one.kind === 'captured' && one.map === map?.map);
  if (own !== -1 || space === undefined) return Math.max(0, own);
  const { line } = space.replayed.space.peak;
  return Math.max(0, momentAt(reading, line, 'lines') ?? 0);
}

/** The last moment of the log that was kept up to a time or a line; undefined before the first. */
export function momentAt(
  reading: Reading,
  at: number,
  unit: 'seconds' | 'lines',
): number | undefined {
  const index = mapChoices(reading).findLastIndex(
    (one) =>
      one.kind === 'moment' &&
      ((unit === 'lines' ? one.sample.line : one.sample.time) ?? Number.NaN) <= at,
  );
  return index === -1 ? undefined : index;
}

/** What it is called: the capture's file, or the line of the log up to which it was replayed. */
export function choiceName(choice: MapChoice): string {
  if (choice.kind === 'captured') {
    const { map, file } = choice;
    return map.pid === undefined ? baseName(file) : `${baseName(file)} (process ${map.pid})`;
  }
  const { line, time } = choice.sample;
  const when =
    time === undefined ? '' : ` (${formatCell({ kind: 'seconds', value: time }, 'human')})`;
  return `the log after line ${line}${when}`;
}

/** Each is worked out once for the map that is shown, and once for the one that it is compared with. */
export const shownGroups = memoizeLast(groupsOf);
export const markedGroups = memoizeLast(groupsOf);

function groupsOf(reading: Reading, choice: MapChoice): MemoryGroups {
  const { map, space } = reading.story.witnesses;
  if (choice.kind === 'moment')
    return memoryGroups(replayedMap(space!, choice.sample), allocatorsIn(space!.heap));
  return map?.map === choice.map ? map : memoryGroups(choice.map);
}

/** How it is known what a mapping of it is. */
export function reasonOf({ role, use }: RoledMapping, choice: MapChoice): string {
  if (role.basis === 'inferred') return role.because;
  if (use?.basis === 'inferred') return use.because;
  return choice.kind === 'captured' ? 'so the capture says' : 'so the calls up to here left it';
}
