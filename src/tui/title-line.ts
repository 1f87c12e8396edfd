import { baseName, programName } from '../model/base-name.ts';
import { escapeText } from '../views/text/escape.ts';
import { formatBytes } from '../views/text/quantity.ts';
import type { Frame, Scene } from './frame.ts';
import { justified, type Line, span } from './parts/line.ts';
import { settled } from './parts/viewport.ts';
import { screenOf } from './screens/index.ts';
import type { Progress, Reading } from './session.ts';
import { cursorOf, type Extent, type State } from './state.ts';

/** Below it, the path to a screen begins with the screen. */
const NARROW = 50;

/** What program, which screen, where in it; on the right what is still going on. */
export function titleLine(
  { reading, progress, state, area }: Omit<Scene, 'topic'>,
  { shown, extent }: Pick<Frame, 'shown' | 'extent'>,
): Line {
  const { crumbs } = shown;
  // An example is nobody's.
  const isOwn = state.screen !== 'capacity' || typeof state.capacity.from === 'number';
  const program = reading === undefined || !isOwn ? [] : programOf(reading);
  const { title } = screenOf(state.screen);
  const from = area.columns < NARROW ? [] : ['memtool', ...program];
  const path = [...from, title, ...crumbs].map(escapeText);
  const left: Line = path.flatMap(
    (word, i): Line => [
      ...(i > 0 ? [span(' › ', 'dim')] : []),
      span(word, i === 0 ? 'accent' : 'strong'),
    ],
  );
  const right = progress === undefined ? positionWords(state, extent) : progressWords(progress);
  return justified(left, [span(right, progress === undefined ? 'dim' : 'accent')], area.columns);
}

/** Which row is chosen of how many; of a page, which of its lines is the last that is seen. */
function positionWords(state: State, { count, height }: Extent): string {
  const { overlay } = state;
  if (count === 0) return '';
  if (overlay !== undefined && 'top' in overlay) {
    const last = Math.min(count, overlay.top + height);
    return count > height ? `${last}/${count}` : '';
  }
  return `${settled(cursorOf(state), count, 1).selected + 1}/${count}`;
}

function programOf({ story: { witnesses } }: Reading): string[] {
  const { map, space, recording } = witnesses;
  const pid = space?.pid ?? map?.map.pid;
  const command =
    map?.map.command ?? space?.replayed.program ?? recording?.profile.recording.debuggee;
  const name = programName(command);
  if (name === undefined) return pid === undefined ? [] : [`process ${pid}`];
  return [pid === undefined ? name : `${name} ${pid}`];
}

function progressWords({ file, position, size }: Progress): string {
  const base = escapeText(baseName(file));
  if (size === undefined) return `reading ${base} ${formatBytes(position, 'human')}`;
  return `reading ${base} ${Math.min(100, Math.floor((100 * position) / size))} %`;
}
