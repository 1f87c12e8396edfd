/** What intents come to that are about the chosen row, or about what was read: other intents. */
import type { CaptureLine } from '../model/capture-info.ts';
import { containerNumbers } from './container-numbers.ts';
import type { Intent } from './intents.ts';
import { settled } from './parts/viewport.ts';
import type { About, Shown } from './screen.ts';
import { foundIndex } from './search.ts';
import type { Reading } from './session.ts';
import { cursorOf, type State } from './state.ts';

/** What an answer is made from. */
export interface Asked {
  readonly state: State;
  readonly shown: Shown;
  readonly reading: Reading | undefined;
}

const say = (text: string): Intent => ({ type: 'notice', text });

/** @returns undefined for intents that need no answer. */
export function answerTo(intent: Intent, asked: Asked): Intent | undefined {
  switch (intent.type) {
    case 'explain':
      return explained(chosenRow(asked));
    case 'open':
    case 'close':
    case 'open-all':
      return opened(intent.type, chosenRow(asked));
    case 'search-next':
      return found(asked, 1, false);
    case 'search-previous':
      return found(asked, -1, false);
    case 'compute':
      return computedHere(asked);
    case 'next-container': {
      const { from } = asked.state.capacity;
      return computed(asked, typeof from === 'number' ? from + intent.by : 0);
    }
    case 'back': {
      const { screen, overlay, capacity } = asked.state;
      const isOver = screen !== 'capacity' || overlay !== undefined || !capacity.isChanged;
      return isOver ? undefined : computed(asked, Number(capacity.from));
    }
    default:
      return asked.state.overlay ? undefined : chosenRow(asked)?.instead?.[intent.type];
  }
}

/** Where the chosen row stands in the list. */
export function chosenIndex({ state, shown }: Pick<Asked, 'state' | 'shown'>): number {
  const { selected } = cursorOf(state);
  return settled({ selected, top: 0 }, shown.list.count, 1).selected;
}

/** What is known of the chosen row, where there is one. */
export function chosenRow(asked: Pick<Asked, 'state' | 'shown'>): About | undefined {
  const { list } = asked.shown;
  return list.count === 0 ? undefined : list.about(chosenIndex(asked));
}

function explained(about: About | undefined): Intent {
  if (about?.topic === undefined) return say(about?.evidence ?? 'nothing is selected here');
  return { type: 'show-topic', topic: about.topic, evidence: about.evidence };
}

function opened(how: 'open' | 'close' | 'open-all', about: About | undefined): Intent {
  const answers = { open: about?.open, close: about?.close, 'open-all': about?.openAll };
  const answer = answers[how];
  if (answer !== undefined) return answer;
  if (how === 'open' && about?.place) return { type: 'read-source', place: about.place };
  return say('there is nothing to open here');
}

/** The row with the text that is looked for. */
export function found(asked: Asked, by: 1 | -1, fromHere: boolean): Intent {
  const { search } = asked.state;
  if (search === '') return say('nothing was searched for; / asks for it');
  const notFound = say(`${search} is not there`);
  if (asked.shown.find) return asked.shown.find(search, by, fromHere) ?? notFound;
  const index = foundIndex(asked.shown.list, search, chosenIndex(asked), by, fromHere);
  return index === undefined ? notFound : { type: 'select', index };
}

/** The container that the chosen row is about, on the Capacity screen. */
function computedHere(asked: Asked): Intent {
  const { screen, growth } = asked.state;
  const container =
    (screen === 'growth' ? growth.chosen : undefined) ?? chosenRow(asked)?.container;
  return container === undefined
    ? say('the log knows of no container here')
    : computed(asked, container);
}

function computed({ reading }: Asked, wanted: number): Intent {
  const { containers = [], witnesses } = reading?.story ?? {};
  if (containers.length === 0) return say('no container that grew was found');
  const from = (wanted + containers.length) % containers.length;
  const numbers = containerNumbers(containers[from]!, witnesses!.pageBytes);
  return numbers === undefined
    ? say('its container or element size is not known')
    : { type: 'numbers', found: { numbers, from } };
}

/** At the edge of what was read of a capture more of it is wanted. */
export function placeBeyond({ screen, source, cursors }: State): CaptureLine | undefined {
  if (screen !== 'source' || source === undefined || source.lines.length < 3) return undefined;
  const { selected } = cursors.source;
  const isTop = selected <= 0 && source.first > 1;
  const isEnd = selected >= source.lines.length - 1 && source.isCut;
  const line = source.first + Math.min(selected, source.lines.length - 1);
  return (isTop || isEnd) && line !== source.line ? { file: source.file, line } : undefined;
}
