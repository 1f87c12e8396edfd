import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { LineReader } from '../../input/lines.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { TraceIndex } from '../../model/heap-profile.ts';
import { parseWhole } from '../../model/whole-number.ts';
import { type FrameId, StackTables } from '../stack-tables.ts';
import { readFrame } from '../valgrind-frame.ts';

/** A tree of a snapshot: what ends in each stack. */
export interface SnapshotTree {
  /** The text of its root, which says what was measured. */
  readonly root: string;
  readonly traces: readonly TraceIndex[];
  readonly bytes: readonly Bytes[];
}

export interface Snapshot {
  readonly time: number;
  readonly heap: Bytes;
  readonly stacks: Bytes;
  readonly isPeak: boolean;
  /** Undefined where it has none. */
  readonly tree: SnapshotTree | undefined;
}

/** Told of snapshots as they become whole. */
export type OnSnapshot = (snapshot: Snapshot) => void;

/** `n4: 1024 0x1091E6: big_buffer (jobs.c:31)`, as deep as spaces stand before it. */
interface Node {
  readonly frames: number;
  /** Less those of its children. */
  bytes: Bytes;
  /** Children that are still to come. */
  left: number;
}

/** What was too small to be listed has a place of its own. */
const SMALL_PLACES = /^in \d+ places?, .*below massif's threshold/;
const SMALL = "(below massif's threshold)";

/** Limit of depth: massif itself stops at 200 callers. */
const DEEPEST = 4096;

/** The fields of a snapshot that are numbers. */
const FIELDS = ['time', 'mem_heap_B', 'mem_heap_extra_B', 'mem_stacks_B'] as const;
type Field = (typeof FIELDS)[number];

/** Takes a massif file apart, snapshot by snapshot. */
export class MassifReader implements LineReader {
  readonly tables = new StackTables();
  readonly descriptions: string[] = [];
  command: string | undefined;
  timeUnit: string | undefined;
  /** Snapshots so far, whole or not. */
  count = 0;

  readonly #diagnostics: Diagnostics;
  readonly #onSnapshot: OnSnapshot;
  #fields = new Map<Field, number>();
  #kind: string | undefined;
  #isOpen = false;
  #line = 0;
  /** The nodes from the root of the tree to the current one. */
  readonly #path: Node[] = [];
  readonly #frames: FrameId[] = [];
  #root: string | undefined;
  #traces: TraceIndex[] = [];
  #bytes: Bytes[] = [];
  readonly #frameOf = new Map<string, FrameId>();

  constructor(diagnostics: Diagnostics, onSnapshot: OnSnapshot) {
    this.#diagnostics = diagnostics;
    this.#onSnapshot = onSnapshot;
  }

  onLine(text: string, line: number): void {
    this.#line = line;
    const first = text.charCodeAt(0);
    // A tree line begins with spaces or `n`; nothing else does.
    if ((first === 0x20 || first === 0x6e) && this.#isOpen) this.#treeLine(text);
    else if (first !== 0x23 && text !== '') this.#fieldLine(text);
  }

  /** @returns whether the last snapshot was whole. */
  finish(): boolean {
    const isWhole = this.#isOpen && this.#isComplete();
    this.#endSnapshot();
    return isWhole;
  }

  #fieldLine(text: string): void {
    const colon = /^(desc|cmd|time_unit):(?: (.*))?$/.exec(text);
    if (colon) {
      const value = colon[2] ?? '';
      if (colon[1] === 'desc') this.descriptions.push(value);
      else if (colon[1] === 'cmd') this.command = value;
      else this.timeUnit = value;
      return;
    }
    const equals = text.indexOf('=');
    const name = text.slice(0, Math.max(0, equals));
    const value = text.slice(equals + 1);
    if (name === 'snapshot') {
      if (this.count > 0) this.#reportIncomplete();
      this.#endSnapshot();
      this.#isOpen = true;
      this.count++;
    } else if (name === 'heap_tree' && this.#isOpen) this.#kind = value;
    else if (isField(name) && this.#isOpen) this.#field(name, value);
    else this.#unexpected(text);
  }

  #field(name: Field, value: string): void {
    const number = name === 'time' ? readTime(value) : parseWhole(value);
    if (number === undefined) this.#unexpected(`${name}=${value}`);
    else this.#fields.set(name, number);
  }

  #unexpected(text: string): void {
    const message = 'it is no line of massif';
    this.#diagnostics.report('massif/unexpected-line', message, { line: this.#line, text });
  }

  #isComplete(): boolean {
    const hasTree = this.#kind === 'empty' || this.#root !== undefined;
    return (
      this.#kind !== undefined &&
      hasTree &&
      FIELDS.every((field) => this.#fields.has(field)) &&
      this.#path.every(({ left }) => left === 0)
    );
  }

  #reportIncomplete(): void {
    if (this.#isComplete()) return;
    const message = 'the snapshot that ends here is not whole';
    this.#diagnostics.report('massif/incomplete-snapshot', message, { line: this.#line });
  }

  #endSnapshot(): void {
    if (!this.#isOpen) return;
    this.#popTo(0);
    const heap = this.#fields.get('mem_heap_B');
    const time = this.#fields.get('time');
    if (heap !== undefined && time !== undefined) {
      const isPeak = this.#kind === 'peak';
      const tree =
        this.#root === undefined
          ? undefined
          : { root: this.#root, traces: this.#traces, bytes: this.#bytes };
      this.#onSnapshot({ time, heap, stacks: this.#fields.get('mem_stacks_B') ?? 0, isPeak, tree });
    }
    this.#fields = new Map();
    this.#kind = undefined;
    this.#isOpen = false;
    this.#root = undefined;
    this.#traces = [];
    this.#bytes = [];
  }

  /** `n` children, `:`, bytes, and what stands there. */
  #treeLine(text: string): void {
    let depth = 0;
    while (text.charCodeAt(depth) === 0x20) depth++;
    const colon = text.indexOf(': ', depth);
    const space = text.indexOf(' ', colon + 2);
    const children = parseWhole(text.slice(depth + 1, colon));
    const bytes = parseWhole(text.slice(colon + 2, space));
    const isNode = text.charCodeAt(depth) === 0x6e && colon !== -1 && space !== -1;
    const isPlaced = depth === 0 ? this.#root === undefined : depth <= this.#path.length;
    if (!isNode || children === undefined || bytes === undefined || !isPlaced || depth > DEEPEST) {
      this.#unexpected(text);
      return;
    }
    const what = text.slice(space + 1);
    this.#popTo(depth);
    const parent = this.#path.at(-1);
    if (parent !== undefined) {
      parent.bytes -= bytes;
      parent.left--;
    }
    this.#push(what, depth, bytes, children);
  }

  #push(what: string, depth: number, bytes: Bytes, children: number): void {
    if (depth === 0) this.#root = what;
    const isSmall = SMALL_PLACES.test(what);
    // What is too small below a function ends there, with callers that nobody knows.
    const frames = depth === 0 || (isSmall && depth > 1) ? 0 : 1;
    if (frames === 1) this.#frames.push(this.#frameId(isSmall ? SMALL : what));
    this.#path.push({ frames, bytes, left: children });
  }

  /** Ends nodes down to a depth: what no child has is what ends in them. */
  #popTo(depth: number): void {
    while (this.#path.length > depth) {
      const { frames, bytes } = this.#path.pop()!;
      if (bytes > 0) {
        this.#traces.push(this.tables.stackOf(this.#frames));
        this.#bytes.push(bytes);
      }
      this.#frames.length -= frames;
    }
  }

  #frameId(text: string): FrameId {
    let id = this.#frameOf.get(text);
    if (id === undefined) {
      id = this.tables.addFrame(readFrame(text));
      this.#frameOf.set(text, id);
    }
    return id;
  }
}

const isField = (name: string): name is Field => (FIELDS as readonly string[]).includes(name);

/** heaptrack writes seconds with fractions. */
function readTime(text: string): number | undefined {
  const time = Number(text);
  return /^\d+(?:\.\d+)?$/.test(text) && time <= Number.MAX_SAFE_INTEGER ? time : undefined;
}
