import { chunked } from './export/chunks.ts';
import { escapeJson } from './text/escape.ts';

/** An array or an object of which some members are still to be written. */
interface Open {
  readonly members: readonly unknown[];
  /** Of an object, one for each member. */
  readonly keys: readonly string[] | undefined;
  next: number;
}

/**
 * A document as JSON with an indent of two, as `JSON.stringify(document, null, 2)` writes it, but in
 * pieces: no string holds more than 512 MiB, and documents may be longer. Characters that a terminal
 * obeys are escaped.
 */
export function jsonPieces(document: unknown): Iterable<string> {
  return chunked(tokens(document));
}

function* tokens(document: unknown): Generator<string> {
  const open: Open[] = [];
  for (let value = document; ; ) {
    const opened = openOf(value);
    if (opened === undefined) yield scalar(value);
    else if (opened.members.length === 0) yield opened.keys ? '{}' : '[]';
    else {
      yield opened.keys ? '{' : '[';
      open.push(opened);
    }
    let last = open.at(-1);
    while (last !== undefined && last.next === last.members.length) {
      open.pop();
      yield `\n${indent(open.length)}${last.keys ? '}' : ']'}`;
      last = open.at(-1);
    }
    if (last === undefined) return;
    const key = last.keys ? `${quoted(last.keys[last.next]!)}: ` : '';
    yield `${last.next === 0 ? '' : ','}\n${indent(open.length)}${key}`;
    value = last.members[last.next++];
  }
}

const indent = (depth: number): string => '  '.repeat(depth);
const quoted = (text: string): string => escapeJson(JSON.stringify(text));

/** @returns undefined for a value without members. */
function openOf(value: unknown): Open | undefined {
  if (Array.isArray(value)) return { members: value, keys: undefined, next: 0 };
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return {
    members: entries.map(([, member]) => member),
    keys: entries.map(([key]) => key),
    next: 0,
  };
}

/** Null for what JSON does not know: undefined in an array, NaN, infinities. */
function scalar(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : (JSON.stringify(value) ?? 'null');
}
