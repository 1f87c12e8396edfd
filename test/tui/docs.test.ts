/** docs/tui.md has the keys of the keymap; docs/tour.md shows a frame as it is. BLESS=1 rewrites both. */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SCREEN_IDS, type ViewId } from '../../src/tui/intents.ts';
import { keyLabel } from '../../src/tui/key-hints.ts';
import { type Binding, bindingsOf } from '../../src/tui/keymap.ts';
import { HEAP_VIEW_TITLES } from '../../src/tui/screens/heap/labels.ts';
import { SCREENS } from '../../src/tui/screens/index.ts';
import { HEAP_VIEWS } from '../../src/tui/state.ts';
import { ROOT } from '../support/paths.ts';

const BLESS = process.env.BLESS !== undefined;

/** Replaces what stands between two lines of a paper. */
function expectBetween(paper: string, begin: string, end: string, wanted: string): void {
  const text = readFileSync(ROOT + paper, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(end, from);
  expect(from).toBeGreaterThan(begin.length);
  expect(to).toBeGreaterThan(0);
  if (BLESS) writeFileSync(ROOT + paper, text.slice(0, from) + wanted + text.slice(to));
  else expect(text.slice(from, to)).toBe(wanted);
}

const row = ({ keys, words }: Binding): string =>
  `| ${keys.map((key) => `\`${keyLabel(key)}\``).join(' ')} | ${words} |`;

test('docs/tui.md has every key', () => {
  const isEverywhere = (binding: Binding) =>
    SCREEN_IDS.every((id) =>
      bindingsOf(id).some(
        ({ keys, words }) => words === binding.words && String(keys) === String(binding.keys),
      ),
    );
  const common = bindingsOf('overview').filter(isEverywhere);
  const views = SCREENS.flatMap(({ id, title }): [ViewId, string][] =>
    id === 'heap'
      ? HEAP_VIEWS.map((view) => [
          view === 'tree' ? id : `heap-${view}`,
          `${title}, ${HEAP_VIEW_TITLES[view]}`,
        ])
      : [[id, title]],
  );
  const own = views.flatMap(([id, title]) => {
    const rows = bindingsOf(id).filter((binding) => !isEverywhere(binding));
    return ['', `### ${title}`, '', '| key | |', '|---|---|', ...rows.map(row)];
  });
  const lines = [
    '',
    '',
    '### On every screen',
    '',
    '| key | |',
    '|---|---|',
    ...common.map(row),
    ...own,
    '',
    '',
  ];
  expectBetween(
    'docs/tui.md',
    'test/tui/docs.test.ts -->',
    '<!-- end of keys -->',
    lines.join('\n'),
  );
});

test('docs/tour.md shows the Capacity screen as it is', () => {
  const golden = readFileSync(`${ROOT}test/tui/frames/capacity-80x24.txt`, 'utf8');
  const lines = golden.split('\n').map((line) => line.slice(1));
  const frame = lines
    .join('\n')
    .replace(/\n{3,}/, '\n\n')
    .trimEnd();
  expectBetween('docs/tour.md', '```text\nmemtool › ', '\n```', frame.replace(/^memtool › /, ''));
});
