import { describe, expect, test } from 'vitest';
import { SCREEN_IDS, VIEW_IDS } from '../../src/tui/intents.ts';
import { footerHints, keyLabel } from '../../src/tui/key-hints.ts';
import { bindingsOf, intentOf, type Mode } from '../../src/tui/keymap.ts';

const MODES: readonly Mode[] = [...VIEW_IDS, 'help', 'topic', 'prompt'];

describe.each(MODES)('the keys of %s', (mode) => {
  test('have one meaning each', () => {
    const keys = bindingsOf(mode).flatMap((binding) => binding.keys);
    const twice = keys.filter((key, i) => keys.indexOf(key) !== i);
    expect(twice).toEqual([]);
  });

  test('are what the footer says', () => {
    const labels = new Set(bindingsOf(mode).flatMap(({ keys }) => keys.map(keyLabel)));
    for (const { keys } of footerHints(mode)) {
      const longestFirst = [...labels].sort((a, b) => b.length - a.length);
      const rest = longestFirst.reduce((left, label) => left.replaceAll(label, ''), keys);
      expect(rest).toBe('');
    }
  });

  test('lead out', () => {
    expect(intentOf(mode, 'ctrl-c')).toEqual({ type: 'quit' });
    expect(intentOf(mode, 'escape')).toEqual({ type: 'back' });
  });
});

test.each(VIEW_IDS)('%s has help, all screens, and says how to quit', (screen) => {
  expect(intentOf(screen, '?')).toEqual({ type: 'help' });
  for (const [i, other] of SCREEN_IDS.entries()) {
    expect(intentOf(screen, String(i + 1))).toEqual({ type: 'show-screen', screen: other });
  }
  expect(footerHints(screen).at(-1)).toEqual({ keys: 'q', words: 'quit' });
});

test('what is typed in a prompt is text', () => {
  expect(intentOf('prompt', 'q')).toEqual({ type: 'type-text', text: 'q' });
  expect(intentOf('prompt', 'space')).toEqual({ type: 'type-text', text: ' ' });
  expect(intentOf('prompt', 'up')).toBeUndefined();
});
