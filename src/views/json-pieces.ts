import { chunked } from './export/chunks.ts';
import { escapeJson } from './text/escape.ts';

/** The same with the end of its last line, as a file or standard output has it. */
export function* documentPieces(document: unknown): Generator<string> {
  yield* jsonPieces(document);
  yield '\n';
}

/** An array or an object of which some members are still to be written. */
interface Open {
  readonly members: readonly unknown[];
  /** Of an object, one for each member. */
  readonly keys: readonly string[] | undefined;
  next: number;
}

/** Characters, about, that are written at once: by what is fastest, and far below what a string holds. */
const AT_ONCE = 16 * 1024;

/**
 * A document as JSON with an indent of two, as `JSON.stringify(document, null, 2)` writes it, but in
 * pieces: no string holds more than 512 MiB, and documents may be longer. Characters that a terminal
 * obeys are escaped.
 */
export function jsonPieces(document: unknown, atOnce = AT_ONCE): Iterable<string> {
  return chunked(parts(document, atOnce));
}

function* parts(document: unknown, atOnce: number): Generator<string> {
  const open: Open[] = [];
  for (let value = document; ; ) {
    const opened = left(value, atOnce) > 0 ? undefined : openOf(value);
    if (opened === undefined) yield whole(value, open.length);
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
    const key = last.keys ? `${whole(last.keys[last.next], 0)}: ` : '';
    yield `${last.next === 0 ? '' : ','}\n${indent(open.length)}${key}`;
    value = last.members[last.next++];
  }
}

const indent = (depth: number): string => '  '.repeat(depth);
const PER_VALUE = 16;

/** What is left of so many characters when a value is written; nothing, or less, where it is too long. */
function left(value: unknown, characters: number): number {
  let rest = characters - PER_VALUE;
  if (typeof value === 'string') return rest - value.length;
  if (typeof value !== 'object' || value === null) return rest;
  const members = Array.isArray(value) ? value : Object.values(value);
  for (let i = 0; i < members.length && rest > 0; i++) rest = left(members[i], rest);
  return rest;
}

/** Null for what JSON does not know: undefined in an array, NaN, infinities. */
function whole(value: unknown, depth: number): string {
  const json = JSON.stringify(value, null, 2) ?? 'null';
  return escapeJson(depth === 0 ? json : json.replaceAll('\n', `\n${indent(depth)}`));
}

/** @returns undefined for a value without members. */
function openOf(value: unknown): Open | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : { members: value, keys: undefined, next: 0 };
  }
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  if (entries.length === 0) return undefined;
  return {
    members: entries.map(([, member]) => member),
    keys: entries.map(([key]) => key),
    next: 0,
  };
}
