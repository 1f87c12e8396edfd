/** The pages that lie over a screen: its keys, and an explained term. */
import { escapeText } from '../views/text/escape.ts';
import type { ViewId } from './intents.ts';
import { type Binding, bindingsOf, keyLabel } from './keymap.ts';
import { type Line, span } from './parts/line.ts';
import { wrapped } from './parts/wrapped.ts';
import type { Topic } from './session.ts';

const KEY_CELLS = 18;

/** Every key of a screen's view; two columns where the terminal is wide. */
export function helpLines(view: ViewId, title: string, columns: number): Line[] {
  const bindings = bindingsOf(view);
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
  return [[span(`Keys on the screen ${title}`, 'strong')], [], ...lines];
}

const helpLine = ({ keys, words }: Binding): Line => [
  span(keys.map(keyLabel).join(' ').padEnd(KEY_CELLS), 'accent'),
  words,
];

/** A term, with what is known of the number that it was asked for. */
export function topicLines({ title, text }: Topic, evidence: string, columns: number): Line[] {
  const known = wrapped(`this number: ${escapeText(evidence)}`, columns - 2);
  return [
    [span(title, 'strong')],
    ...known.map((line): Line => [span('│ ', 'accent'), ...line]),
    [],
    ...text.split('\n').map((line): Line => [line]),
  ];
}
