/** How keys are written, and what the footer says of them. */
import { bindingsOf, type Key, type Mode } from './keymap.ts';

const SYMBOLS: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  'shift-left': '⇧←',
  'shift-right': '⇧→',
  enter: '⏎',
  escape: 'Esc',
  tab: 'Tab',
  'shift-tab': '⇧Tab',
  pagedown: 'PgDn',
  pageup: 'PgUp',
  home: 'Home',
  end: 'End',
  space: 'Space',
  backspace: '⌫',
};

/** The label of a key: `^F`, `⏎`. */
export function keyLabel(key: Key): string {
  const control = /^ctrl-(.)$/.exec(key)?.[1];
  return control === undefined ? (SYMBOLS[key] ?? key) : `^${control.toUpperCase()}`;
}

/** What the footer says: bindings with the same words are one hint, such as `←→ length`. */
export function footerHints(mode: Mode): { readonly keys: string; readonly words: string }[] {
  const hints = new Map<string, string>();
  for (const { keys, brief } of bindingsOf(mode)) {
    if (brief !== undefined) hints.set(brief, (hints.get(brief) ?? '') + keyLabel(keys[0]!));
  }
  return [...hints].map(([words, keys]) => ({ keys, words }));
}
