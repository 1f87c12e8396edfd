import type { Key as InkKey } from 'ink';
import type { Key } from './keymap.ts';

type Flag = 'upArrow' | 'downArrow' | 'leftArrow' | 'rightArrow' | 'pageUp' | 'pageDown';

const NAMES: readonly (readonly [Flag | 'home' | 'end' | 'return' | 'escape' | 'tab', string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
];

/** Names keys of the terminal as the keymap does. Keys that come at once, or are pasted, are several. */
export function keyNames(input: string, key: InkKey): Key[] {
  const special = NAMES.find(([flag]) => key[flag])?.[1];
  if (special !== undefined) return [key.shift ? `shift-${special}` : special];
  if (key.backspace || key.delete) return ['backspace'];
  if (input === '') return [];
  // Esc and a key in quick succession look like Alt and the key, which no screen uses.
  if (key.meta) return ['escape', ...keyNames(input, { ...key, meta: false })];
  if (key.ctrl) return [`ctrl-${input}`];
  return [...input].map((character) => (character === ' ' ? 'space' : character));
}
