import type { MapChoice } from '../../../app/story-maps.ts';
import { baseName } from '../../../model/base-name.ts';
import type { MappingResult } from '../../../results/map/schema.ts';
import { formatCell } from '../../../views/text/quantity.ts';
import type { Reading } from '../../session.ts';
import type { State } from '../../state.ts';

/** The one that is shown: as chosen; else that of the story, or the log's at its peak. */
export function shownChoice({ maps }: Reading, { map: { shown } }: State): number {
  if (shown === undefined) return maps.first;
  return Math.max(0, Math.min(shown, maps.choices.length - 1));
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

/** How it is known what a mapping of it is. */
export function reasonOf({ because, use }: MappingResult, choice: MapChoice): string {
  return (
    because ??
    use?.because ??
    (choice.kind === 'captured' ? 'so the capture says' : 'so the calls up to here left it')
  );
}
