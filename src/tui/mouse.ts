/** The mouse, as terminals report it: presses and the wheel, in cells (xterm's modes 1000 and 1006). */
import type { Frame } from './frame.ts';
import type { Intent } from './intents.ts';
import { cursorOf, type State } from './state.ts';

const ON = '\u001b[?1000h\u001b[?1006h';
const OFF = '\u001b[?1006l\u001b[?1000l';

/** Whether the terminal reports the mouse; terminals without one do not know what they are told. */
export class Mouse {
  readonly #write: (text: string) => void;
  #isWanted: boolean;
  #isOn = false;

  constructor(write: (text: string) => void, isWanted: boolean) {
    this.#write = write;
    this.#isWanted = isWanted;
  }

  begin(): void {
    if (this.#isWanted) this.#set(true);
  }

  end(): void {
    this.#set(false);
  }

  /** @returns whether it is reported now. */
  toggle(): boolean {
    this.#isWanted = !this.#isWanted;
    this.#set(this.#isWanted);
    return this.#isWanted;
  }

  /** While something else has the terminal. */
  async without(other: () => Promise<void>): Promise<void> {
    this.end();
    try {
      await other();
    } finally {
      this.begin();
    }
  }

  #set(isOn: boolean): void {
    if (this.#isOn === isOn) return;
    this.#isOn = isOn;
    this.#write(isOn ? ON : OFF);
  }
}

export interface MouseEvent {
  readonly kind: 'press' | 'wheel-up' | 'wheel-down';
  /** From 0. */
  readonly column: number;
  readonly row: number;
}

/** `ESC [ < 0 ; 12 ; 5 M`: button, column, row; `m` at its end is a release. */
export const MOUSE_REPORT = /\u001b\[<(\d+);(\d+);(\d+)([Mm])/g;

const LEFT = 0;
const WHEEL_UP = 64;
const WHEEL_DOWN = 65;

/** Keys held meanwhile have bits of their own. */
const MODIFIERS = 4 | 8 | 16;

/** What the terminal reported; undefined for what nothing follows from, such as a release. */
export function mouseEvent(report: string): MouseEvent | undefined {
  const [, code, column, row, end] = [...report.matchAll(MOUSE_REPORT)][0] ?? [];
  if (end !== 'M') return undefined;
  const button = Number(code) & ~MODIFIERS;
  const place = { column: Number(column) - 1, row: Number(row) - 1 };
  if (button === LEFT) return { kind: 'press', ...place };
  if (button === WHEEL_UP) return { kind: 'wheel-up', ...place };
  return button === WHEEL_DOWN ? { kind: 'wheel-down', ...place } : undefined;
}

/** Rows that one notch of the wheel is. */
const NOTCH = 3;

/** What the user wants by it; undefined where nothing lies there. */
export function intentOfMouse(
  { kind, column, row }: MouseEvent,
  { lines, extent, shown }: Pick<Frame, 'lines' | 'extent' | 'shown'>,
  state: State,
): Intent | undefined {
  if (kind !== 'press') return { type: 'scroll', by: kind === 'wheel-up' ? -NOTCH : NOTCH };
  const target = lines[row]?.target;
  if (target === undefined || state.overlay !== undefined) return undefined;
  switch (target.kind) {
    case 'tabs': {
      const tab = target.ranges.find(({ start, end }) => start <= column && column < end);
      return tab && { type: 'show-screen', screen: tab.screen };
    }
    case 'row':
      if (shown.pressed) return shown.pressed(target.index, column);
      return target.index === cursorOf(state).selected
        ? { type: 'open' }
        : { type: 'select', index: target.index };
    case 'chart':
      return { type: 'move-cursor-to', at: column / Math.max(1, extent.cells - 1) };
  }
}
