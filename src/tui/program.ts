import { containerNumbers } from './container-numbers.ts';
import { type Frame, frame } from './frame.ts';
import type { Intent } from './intents.ts';
import { intentOf } from './keymap.ts';
import { lineText } from './parts/line.ts';
import { settled } from './parts/viewport.ts';
import type { About, Area } from './screen.ts';
import { screenOf } from './screens/index.ts';
import { foundIndex } from './search.ts';
import type { Place, Progress, Reading, Session } from './session.ts';
import { reduce } from './state.ts';
import { cursorOf, initialState, modeOf, type State } from './state-data.ts';

/** What only a running terminal can do. */
export interface Terminal {
  quit(): void;
  suspend(): void;
  redraw(): void;
}

/**
 * The program behind the screen: it turns keys into intents, intents into state, and asks the session
 * for what lies outside. It knows nothing of Ink.
 */
export class Program {
  readonly #session: Session;
  readonly #listeners = new Set<() => void>();
  readonly #abort = new AbortController();
  #terminal: Terminal | undefined;
  #state: State;
  #area: Area;
  #reading: Reading | undefined;
  #progress: Progress | undefined;
  /** What reading ended with, if not well. */
  failure: unknown;
  #frame: Frame | undefined;

  constructor(session: Session, area: Area) {
    this.#session = session;
    this.#area = area;
    const [file] = session.files;
    this.#state = initialState(file === undefined ? 'capacity' : 'overview', session.numbers);
    if (file !== undefined) this.#progress = { file, position: 0, size: undefined };
  }

  get state(): State {
    return this.#state;
  }

  /** Reads the captures; screens are there before it is done. */
  async start(terminal: Terminal): Promise<void> {
    this.#terminal = terminal;
    if (this.#session.files.length === 0) return;
    try {
      const report = (progress: Progress) => {
        this.#progress = progress;
        this.#changed();
      };
      const reading = await this.#session.read(report, this.#abort.signal);
      if (this.#abort.signal.aborted) return;
      this.#reading = reading;
      this.#progress = undefined;
      const { story, captures } = reading;
      if (captures.length === 0) this.#set({ ...this.#state, screen: 'diagnostics' });
      else if (story.witnesses.space === undefined && story.witnesses.recording !== undefined) {
        this.#set({ ...this.#state, timeline: { series: 'recording', at: undefined } });
      }
      this.#changed();
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.failure = error;
      terminal.quit();
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same until something changes. */
  readonly frame = (): Frame => {
    this.#frame ??= frame({
      reading: this.#reading,
      progress: this.#progress,
      state: this.#state,
      area: this.#area,
      topic: (id) => this.#session.topic(id),
    });
    return this.#frame;
  };

  resize(area: Area): void {
    if (area.columns === this.#area.columns && area.rows === this.#area.rows) return;
    this.#area = area;
    this.#changed();
  }

  press(key: string): void {
    const intent = intentOf(modeOf(this.#state), key);
    if (intent !== undefined) this.dispatch(intent);
  }

  dispatch(intent: Intent): void {
    if (this.#perform(intent)) return;
    const before = this.#state;
    const instead = before.overlay ? undefined : this.#about()?.instead?.[intent.type];
    this.#set(reduce(before, instead ?? intent, this.frame().extent));
    if (intent.type === 'accept' && this.#state.search !== before.search) this.#find(1, true);
    if (this.#state.screen === 'source' && before.screen !== 'source') this.#follow(before);
    this.#readOn();
  }

  /** The chosen row, as far as there is one. */
  #about(): About | undefined {
    const { list } = this.frame().shown;
    return list.count === 0 ? undefined : list.about(this.#index());
  }

  #index(): number {
    const { selected } = cursorOf(this.#state);
    return settled({ selected, top: 0 }, this.frame().shown.list.count, 1).selected;
  }

  /** @returns whether the intent was for the world outside of the state. */
  #perform(intent: Intent): boolean {
    switch (intent.type) {
      case 'quit':
        this.#abort.abort();
        this.#terminal?.quit();
        return true;
      case 'suspend':
        this.#terminal?.suspend();
        return true;
      case 'redraw':
        this.#terminal?.redraw();
        return true;
      case 'explain':
        return this.#explain();
      case 'open':
      case 'close':
      case 'open-all':
        return this.#open(intent.type);
      case 'search-next':
      case 'search-previous':
        return this.#find(intent.type === 'search-next' ? 1 : -1, false);
      case 'copy':
        return this.#copy();
      case 'write':
      case 'write-json':
        return this.#write(intent.type === 'write-json');
      case 'compute':
        return this.#compute(this.#state.growth.chosen ?? this.#index());
      case 'next-container': {
        const from = this.#state.capacity.from;
        return this.#compute(from === undefined ? 0 : from + intent.by);
      }
      default:
        return false;
    }
  }

  #explain(): true {
    const about = this.#about();
    if (about?.topic === undefined) {
      this.#say(about?.evidence ?? 'nothing is selected here');
      return true;
    }
    this.dispatch({ type: 'show-topic', topic: about.topic, evidence: about.evidence });
    return true;
  }

  #open(how: 'open' | 'close' | 'open-all'): true {
    const about = this.#about();
    const intent =
      how === 'open-all' ? about?.openAll : how === 'open' ? about?.open : about?.close;
    if (intent !== undefined) this.dispatch(intent);
    else if (how === 'open' && about?.place) void this.#showSource(about.place);
    else this.#say('there is nothing to open here');
    return true;
  }

  /** The line of what was chosen on the screen before. */
  #follow(before: State): void {
    const after = this.#state;
    this.#set(before);
    const place = this.#about()?.place;
    this.#set(after);
    const shown = after.source;
    if (place && (shown?.file !== place.file || shown.line !== place.line)) {
      void this.#showSource(place);
    }
  }

  /** At the edge of what was read of a capture more of it is read. */
  #readOn(): void {
    const { screen, source, cursors } = this.#state;
    if (screen !== 'source' || source === undefined || source.lines.length < 3) return;
    const { selected } = cursors.source;
    const isTop = selected <= 0 && source.first > 1;
    const isEnd = selected >= source.lines.length - 1 && source.isCut;
    const line = source.first + Math.min(selected, source.lines.length - 1);
    if ((isTop || isEnd) && line !== source.line)
      void this.#showSource({ file: source.file, line });
  }

  async #showSource(place: Place): Promise<void> {
    const window = await this.#session.readSource(place);
    this.dispatch({ type: 'show-source', window });
  }

  #find(by: 1 | -1, fromHere: boolean): true {
    const { search } = this.#state;
    if (search === '') this.#say('nothing was searched for; / asks for it');
    else {
      const { shown } = this.frame();
      const found = shown.find
        ? shown.find(search, by, fromHere)
        : selectFound(foundIndex(shown.list, search, this.#index(), by, fromHere));
      this.dispatch(found ?? { type: 'notice', text: `${search} is not there` });
    }
    return true;
  }

  #copy(): true {
    const { list, chosenText } = this.frame().shown;
    if (list.count === 0) this.#say('nothing is selected here');
    else {
      this.#session.copy(chosenText ?? list.text(this.#index()));
      this.#say('copied, if the terminal allows it');
    }
    return true;
  }

  /** The whole screen, with the rows that are not seen. */
  #write(asJson: boolean): true {
    const { shown } = this.frame();
    const { head, list, foot, body, crumbs } = shown;
    const rows = Array.from({ length: list.count }, (_, i) => list.text(i));
    const { id, title } = screenOf(this.#state.screen);
    const text = asJson
      ? `${JSON.stringify({ screen: id, path: crumbs, head: head.map(lineText), rows }, null, 2)}\n`
      : [...head, ...(body?.lines ?? [])]
          .map((line) => lineText(line).trimEnd())
          .concat(body ? [] : rows, foot.map(lineText))
          .map((line) => `${line}\n`)
          .join('');
    const name = `memtool-${title.toLowerCase()}.${asJson ? 'json' : 'txt'}`;
    this.#say(this.#session.write(name, text));
    return true;
  }

  #compute(wanted: number): true {
    const containers = this.#reading?.story.containers ?? [];
    if (containers.length === 0) {
      this.#say('no container that grew was found');
      return true;
    }
    const from = (wanted + containers.length) % containers.length;
    const numbers = containerNumbers(containers[from]!, this.#session.numbers);
    if (numbers === undefined) this.#say('its container or element size is not known');
    else this.dispatch({ type: 'numbers', numbers, from });
    return true;
  }

  #say(text: string): void {
    this.dispatch({ type: 'notice', text });
  }

  #set(state: State): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changed();
  }

  #changed(): void {
    this.#frame = undefined;
    for (const listener of this.#listeners) listener();
  }
}

const selectFound = (index: number | undefined): Intent | undefined =>
  index === undefined ? undefined : { type: 'select', index };
