/**
 * XTrees of valgrind's tools in callgrind's form (`--xtree-memory=full --xtree-memory-file=NAME.kcg`), seen
 * of valgrind 3.19; the form is described in valgrind's callgrind manual, "Callgrind Format Specification".
 *
 * It keeps who calls whom, and no stacks: what is read is what each line of code allocated itself. The form
 * of massif (NAME.ms) has whole stacks.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { type LineReader, readLines } from '../../input/lines.ts';
import type { CostColumns, HeapProfile } from '../../model/heap-profile.ts';
import { parseWhole } from '../../model/whole-number.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { costColumns, plainProfile } from '../plain-profile.ts';
import { StackTables } from '../stack-tables.ts';

/** The costs of its events; what was freed is all less what is live. */
const EVENTS: Readonly<Record<string, keyof CostColumns>> = {
  curB: 'leaked',
  curBk: 'leakedBlocks',
  totB: 'allocated',
  totBk: 'calls',
};

const EVENTS_LINE = /^events: +curB\b/;

function detect({ isText, lines }: Head): Verdict {
  if (!isText) return no('it is not text');
  const has = lines.some((line) => EVENTS_LINE.test(line));
  return has ? yes('it has events: curB') : no('it has no events: curB');
}

/** Lines of source files are ints. */
const MAX_LINE = 0x7fffffff;

class CallgrindReader implements LineReader {
  readonly tables = new StackTables();
  readonly sums: Partial<Record<keyof CostColumns, Map<number, number>>> = {};
  command: string | undefined;
  readonly #diagnostics: ParseContext['diagnostics'];
  readonly #names = new Map<string, string>();
  #events: readonly (keyof CostColumns | undefined)[] = [];
  #file = '';
  #function = '';
  #line = 0;
  /** What comes next are the costs of a call, which are the callee's own. */
  #isCall = false;
  readonly #traces = new Map<string, number>();

  constructor(diagnostics: ParseContext['diagnostics']) {
    this.#diagnostics = diagnostics;
  }

  onLine(text: string, line: number): void {
    if (/^(?:#|$|version:|creator:|pid:|positions:|event:|desc:|part:|summary:|totals:)/.test(text))
      return;
    const field = /^(cmd|events): *(.*)$/.exec(text);
    if (field?.[1] === 'cmd') this.command = field[2]!;
    else if (field) this.#setEvents(field[2]!);
    else if (text.startsWith('calls=')) this.#isCall = true;
    else if (/^(?:f[lien]|c(?:fi|fl|fn|ob)|ob)=/.test(text)) this.#position(text);
    else if (!this.#costs(text)) {
      const message = "it is no line of callgrind's form";
      this.#diagnostics.report('xtree/unexpected-line', message, { line, text });
    }
  }

  #setEvents(names: string): void {
    this.#events = names
      .trim()
      .split(/ +/)
      .map((name) => EVENTS[name]);
    for (const kind of this.#events) if (kind !== undefined) this.sums[kind] ??= new Map();
  }

  /** `fn=(2) big_buffer` gives a number to a name, `fn=(2)` stands for it. */
  #position(text: string): void {
    const equals = text.indexOf('=');
    const [, id, name] = /^(\(\d+\))? ?(.*)$/.exec(text.slice(equals + 1))!;
    const tag = text.slice(0, equals);
    const key = `${tag.endsWith('n') ? 'fn' : 'fl'} ${id}`;
    if (id !== undefined && name !== '') this.#names.set(key, name!);
    const known = name === '' ? (this.#names.get(key) ?? '') : name!;
    if (tag === 'fn') this.#function = known;
    else if (['fl', 'fi', 'fe'].includes(tag)) this.#file = known;
  }

  /** `48 0 0 400000 1`: a line, which may be relative to the one before, and its costs. */
  #costs(text: string): boolean {
    const [position = '', ...costs] = text.trim().split(/ +/);
    const step = /^([+-]?)(\d+)$/.exec(position);
    if (step === null && position !== '*') return false;
    const digits = Number(step?.[2] ?? 0);
    if (step?.[1] === '') this.#line = digits;
    else if (step) this.#line += step[1] === '+' ? digits : -digits;
    if (this.#line < 0 || this.#line > MAX_LINE) return false;
    const isCall = this.#isCall && costs.length > 0;
    if (costs.length > 0) this.#isCall = false;
    if (isCall || costs.length === 0) return true;
    const values = costs.map(parseWhole);
    if (values.includes(undefined) || values.length > this.#events.length) return false;
    const trace = this.#trace();
    for (const [i, kind] of this.#events.entries()) {
      const sum = kind === undefined ? undefined : this.sums[kind]!;
      sum?.set(trace, (sum.get(trace) ?? 0) + (values[i] ?? 0));
    }
    return true;
  }

  #trace(): number {
    const key = `${this.#line} ${this.#file} ${this.#function}`;
    let trace = this.#traces.get(key);
    if (trace === undefined) {
      const [name, file] = [this.#function, this.#file].map((text) => (text === '???' ? '' : text));
      const line = file === '' ? 0 : this.#line;
      const frame = { address: 0, name: name!, file: file!, line, module: '' };
      trace = this.tables.stackOf([this.tables.addFrame(frame)]);
      this.#traces.set(key, trace);
    }
    return trace;
  }
}

export const xtree: Format<'heap-profile'> = {
  id: 'xtree',
  title: "an XTree in callgrind's form",
  produces: 'heap-profile',
  howToCapture: 'valgrind --xtree-memory=full --xtree-memory-file=xtree.ms COMMAND',
  detect,
  async parse(
    input: Input,
    { diagnostics }: ParseContext<'heap-profile'>,
  ): Promise<HeapProfile | undefined> {
    const reader = new CallgrindReader(diagnostics);
    await readLines(input, diagnostics, reader);
    const stacks = reader.tables.finish();
    diagnostics.report(
      'xtree/no-stacks',
      'it keeps lines of code, and no stacks that lead to them',
    );
    return plainProfile({
      tool: 'valgrind (XTree)',
      recording: { debuggee: reader.command },
      stacks,
      costs: costColumns(reader.sums, stacks.traces.count),
    });
  },
};
