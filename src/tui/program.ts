import type { CaptureLine } from '../model/capture-info.ts';
import { CaptureReader } from './capture-reader.ts';
import { forProcess, opened } from './first-state.ts';
import { type Frame, frame } from './frame.ts';
import type { Intent } from './intents.ts';
import { intentOf } from './keymap.ts';
import { intentOfMouse, type MouseEvent } from './mouse.ts';
import { reduce } from './reducer.ts';
import {
  type Asked,
  answerTo,
  chosenIndex,
  chosenRow,
  found,
  placeBeyond,
} from './resolve-intent.ts';
import type { Area } from './screen.ts';
import { screenDocument } from './screen-document.ts';
import { screenText } from './screen-text.ts';
import type { Session } from './session.ts';
import { initialState, modeOf, type State } from './state.ts';

/** What only a running terminal can do. */
export interface Terminal {
  quit(): void;
  suspend(): void;
  redraw(): void;
  /** @returns whether the mouse is memtool's now. */
  toggleMouse(): boolean;
}

/**
 * The program behind the screen: it turns keys into intents, intents into state, and asks the session
 * for what lies outside. It knows nothing of Ink.
 */
export class Program {
  readonly #session: Session;
  readonly #listeners = new Set<() => void>();
  readonly #reader: CaptureReader;
  #terminal: Terminal | undefined;
  #state: State;
  #area: Area;
  #frame: Frame | undefined;

  constructor(session: Session, area: Area) {
    this.#session = session;
    this.#area = area;
    this.#reader = new CaptureReader(session, () => this.#changed());
    const first = session.files.length === 0 ? 'capacity' : 'overview';
    const topic = session.opensWith;
    this.#state = {
      ...initialState(first, session.numbers),
      overlay: topic === undefined ? undefined : { kind: 'topic', topic, evidence: '', top: 0 },
    };
  }

  get state(): State {
    return this.#state;
  }

  /** Reads the captures; screens are there before it is done. */
  async start(terminal: Terminal): Promise<void> {
    this.#terminal = terminal;
    if (this.#session.files.length > 0) await this.#read();
  }

  /** What reading ended with, if not well. */
  get failure(): unknown {
    return this.#reader.failure;
  }

  async #read(): Promise<boolean> {
    const isFirst = this.#reader.reading === undefined;
    const reading = await this.#reader.read();
    if (this.#reader.failure !== undefined) this.#terminal?.quit();
    if (reading !== undefined && isFirst) this.#set(opened(this.#state, reading));
    this.#changed();
    return reading !== undefined;
  }

  /** What was read stays until all is read anew. */
  #reload(): true {
    if (this.#session.files.length === 0) return this.#say('there is nothing to read');
    void this.#read().then((isDone) => {
      const gone = this.#reader.reading?.gone?.length ?? 0;
      if (isDone)
        this.#say(gone === 0 ? 'read anew' : 'not all can be read any more: 1 shows what');
    });
    return true;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The same until something changes. */
  readonly frame = (): Frame => {
    this.#frame ??= frame({
      reading: this.#reader.reading,
      progress: this.#reader.progress,
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

  mouse(event: MouseEvent): void {
    const intent = intentOfMouse(event, this.frame(), this.#state);
    if (intent !== undefined) this.dispatch(intent);
  }

  press(key: string): void {
    const intent = intentOf(modeOf(this.#state), key);
    if (intent !== undefined) this.dispatch(intent);
  }

  dispatch(intent: Intent): void {
    const answer = answerTo(intent, this.#asked());
    if (answer !== undefined) {
      this.dispatch(answer);
      return;
    }
    if (this.#perform(intent)) return;
    const before = this.#asked();
    this.#set(reduce(before.state, intent, this.frame().extent));
    const { search, screen } = this.#state;
    if (intent.type === 'accept' && search !== before.state.search) {
      this.dispatch(found(this.#asked(), 1, true));
    }
    if (screen === 'source' && before.state.screen !== 'source') this.#follow(before);
    const beyond = placeBeyond(this.#state);
    if (beyond !== undefined) void this.#showSource(beyond);
  }

  #asked(): Asked {
    return {
      state: this.#state,
      shown: this.frame().shown,
      reading: this.#reader.reading,
    };
  }

  /** @returns whether the intent was for the world outside of the state. */
  #perform(intent: Intent): boolean {
    switch (intent.type) {
      case 'quit':
        this.#reader.cancel();
        this.#terminal?.quit();
        return true;
      case 'suspend':
        this.#terminal?.suspend();
        return true;
      case 'redraw':
        this.#terminal?.redraw();
        return true;
      case 'mouse': {
        const isOurs = this.#terminal?.toggleMouse() ?? false;
        return this.#say(isOurs ? 'the mouse is memtool’s' : 'the mouse is the terminal’s');
      }
      case 'reload':
        return this.#reload();
      case 'read-source':
        void this.#showSource(intent.place);
        return true;
      case 'choose-process':
        this.#reader.choose(intent.index);
        this.#set(opened(forProcess(this.#state), this.#reader.reading!));
        return true;
      case 'copy':
        return this.#copy();
      case 'write':
        return this.#write();
      case 'write-json':
        return this.#writeJson();
      default:
        return false;
    }
  }

  /** The line of what was chosen on the screen before. */
  #follow(before: Asked): void {
    const place = chosenRow(before)?.place;
    const shown = this.#state.source;
    if (place && (shown?.file !== place.file || shown.line !== place.line)) {
      void this.#showSource(place);
    }
  }

  async #showSource(place: CaptureLine): Promise<void> {
    const window = await this.#session.readSource(place);
    this.dispatch({ type: 'show-source', window });
  }

  #copy(): true {
    const { list, chosenText } = this.frame().shown;
    if (list.count === 0) return this.#say('nothing is selected here');
    this.#session.copy(chosenText ?? list.text(chosenIndex(this.#asked())));
    return this.#say('copied, if the terminal allows it');
  }

  #write(): true {
    const text = screenText(this.frame().shown);
    return this.#say(this.#session.write(`memtool-${this.#state.screen}.txt`, text));
  }

  #writeJson(): true {
    const document = screenDocument(this.#asked());
    if (document === undefined) return this.#say('nothing was read that could be written');
    const name = `memtool-${this.#state.screen}.json`;
    return this.#say(this.#session.writeDocument(name, document));
  }

  #say(text: string): true {
    this.dispatch({ type: 'notice', text });
    return true;
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
