/** The pages that lie over a screen: its keys, and an explained term. */
import { escapeText } from '../views/text/escape.ts';
import type { ViewId } from './intents.ts';
import { keyLabel } from './key-hints.ts';
import { type Binding, bindingsOf } from './keymap.ts';
import { type Line, span } from './parts/line.ts';
import { folded, wrapped } from './parts/wrapped.ts';
import type { Topic } from './session.ts';

const KEY_CELLS = 18;

/** Terminals narrower than keys with their words. */
const NARROW = 60;

/** Every key of a screen's view; two columns where the terminal is wide. */
export function helpLines(view: ViewId, name: string, columns: number): Line[] {
  const bindings = shortened(bindingsOf(view));
  const title: Line = [span(`Keys on the screen ${name}`, 'strong')];
  if (columns < NARROW) return [title, [], ...bindings.flatMap((one) => narrowHelp(one, columns))];
  const half = Math.floor(columns / 2);
  const isWide = half >= 60;
  const rows = isWide ? Math.ceil(bindings.length / 2) : bindings.length;
  const lines = Array.from({ length: rows }, (_, i): Line => {
    const left = helpLine(bindings[i]!);
    const other = isWide ? bindings[i + rows] : undefined;
    if (other === undefined) return left;
    const text = left.map((part) => (typeof part === 'string' ? part : part.text)).join('');
    return [...left, ' '.repeat(Math.max(1, half - text.length)), ...helpLine(other)];
  });
  return [title, [], ...lines];
}

/** The numbers of the screens stand over them: one line is enough. */
function shortened(bindings: readonly Binding[]): Binding[] {
  const numbers = bindings.filter(({ intent }) => intent.type === 'show-screen');
  const [first, last] = [numbers[0], numbers.at(-1)];
  if (first === undefined || last === undefined) return [...bindings];
  const all = {
    ...first,
    keys: [first.keys[0]!, '…', last.keys[0]!],
    words: 'the screen so numbered',
  };
  return bindings.flatMap((one) => (one === first ? [all] : numbers.includes(one) ? [] : [one]));
}

const helpLine = ({ keys, words }: Binding): Line => [
  span(keys.map(keyLabel).join(' ').padEnd(KEY_CELLS), 'accent'),
  words,
];

/** Where there is no room beside the keys, their words stand below them. */
const narrowHelp = ({ keys, words }: Binding, columns: number): Line[] => [
  [span(keys.map(keyLabel).join(' '), 'accent')],
  ...wrapped(words, columns - 2).map((line): Line => ['  ', ...line]),
];

/** A term, with what is known of the number that it was asked for. */
export function topicLines({ title, text }: Topic, evidence: string, columns: number): Line[] {
  const known = evidence === '' ? [] : wrapped(`this number: ${escapeText(evidence)}`, columns - 2);
  return [
    ...wrapped(title, columns).map(([line]): Line => [span(String(line), 'strong')]),
    ...known.map((line): Line => [span('│ ', 'accent'), ...line]),
    [],
    ...text.split('\n').flatMap((line) => folded([line], columns)),
  ];
}
