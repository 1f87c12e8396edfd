/**
 * Logs of glibc's mtrace (`MALLOC_TRACE=FILE`, functions mtrace and muntrace): every allocation and free of a
 * program with its address and the code that called malloc. Seen of glibc 2.36; the form is that of its
 * malloc/mtrace-impl.c.
 *
 *     = Start
 *     @ ./mtr:[0x11f2] + 0x5628233414a0 0x20
 *     @ libc.so.6:(__strdup+1a)[0x9e9aa] - 0x5628233412a0
 *     @ ./mtr:[0x11f2] < 0x5628233414a0
 *     @ ./mtr:[0x11f2] > 0x562823341530 0x40
 *
 * `<` and `>` are a realloc: what went and what came. There is no time: events are counted. Stacks have one
 * frame.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { type LineReader, readLines } from '../../input/lines.ts';
import { type Address, parseAddress } from '../../model/address.ts';
import type { HeapProfile, TraceIndex } from '../../model/heap-profile.ts';
import { BlockLedger } from '../block-ledger.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { plainProfile } from '../plain-profile.ts';
import { type CapturedFrame, StackTables } from '../stack-tables.ts';

const EVENT = /^(?:@ (.*) )?([-+<>!]) 0x([0-9a-f]+)(?: 0x([0-9a-f]+))?$/i;
const MARK = /^= (?:Start|End)\b/;

/** `./mtr:[0x11f2]`, `libc.so.6:(__strdup+1a)[0x9e9aa]`, `[0x8048abc]`. */
const WHERE = /^(?:(.*?):)?(?:\((.*?)(?:\+(?:0x)?[0-9a-f]+)?\))?\[0x([0-9a-f]+)\]$/i;

function detect({ isText, lines }: Head): Verdict {
  if (!isText) return no('it is not text');
  const [first = '', second = ''] = lines;
  const isLog = (MARK.test(first) && (second === '' || EVENT.test(second))) || EVENT.test(first);
  return isLog
    ? yes('it has events of mtrace (@ … + 0x…)')
    : no('it has no events of mtrace (@ … + 0x…)');
}

class LogReader implements LineReader {
  readonly ledger = new BlockLedger();
  readonly tables = new StackTables();
  readonly #diagnostics: ParseContext['diagnostics'];
  readonly #traces = new Map<string, TraceIndex>();
  events = 0;
  /** What a realloc gave back. */
  #old: Address | undefined;

  constructor(diagnostics: ParseContext['diagnostics']) {
    this.#diagnostics = diagnostics;
  }

  onLine(text: string, line: number): void {
    const [, where = '', kind, digits, more] = EVENT.exec(text) ?? [];
    const address = digits === undefined ? undefined : parseAddress(digits);
    const size = more === undefined ? undefined : parseAddress(more);
    const isWhole =
      kind === '-' || kind === '<' || (size !== undefined && Number.isSafeInteger(size));
    if (kind === undefined || address === undefined || !isWhole) {
      if (text === '' || MARK.test(text)) return;
      const message = 'it is no event of mtrace';
      this.#diagnostics.report('mtrace/unexpected-line', message, { line, text });
      return;
    }
    this.ledger.tick(++this.events);
    if (kind !== '>') this.#endStep();
    if (kind === '+') this.ledger.allocate(address, size!, this.#traceOf(where));
    else if (kind === '-') this.ledger.free(address);
    else if (kind === '<') this.#old = address;
    else if (kind === '>') {
      const trace = this.#traceOf(where);
      if (this.#old === undefined) this.ledger.allocate(address, size!, trace);
      else this.ledger.reallocate(this.#old, address, size!, trace);
      this.#old = undefined;
    }
  }

  /** A realloc whose new block is missing gave the old one back. */
  #endStep(): void {
    if (this.#old !== undefined) this.ledger.free(this.#old);
    this.#old = undefined;
  }

  finish(): void {
    this.#endStep();
    const { unknownFrees, lostFrees } = this.ledger;
    if (unknownFrees > 0) {
      const message = `${unknownFrees} frees are of blocks that were allocated before the log began`;
      this.#diagnostics.report('mtrace/unknown-frees', message);
    }
    if (lostFrees > 0) {
      const message = `${lostFrees} blocks were allocated where one was live`;
      this.#diagnostics.report('mtrace/lost-frees', message);
    }
  }

  #traceOf(where: string): TraceIndex {
    let trace = this.#traces.get(where);
    if (trace === undefined) {
      const frame = frameOf(where);
      trace = frame === undefined ? 0 : this.tables.stackOf([this.tables.addFrame(frame)]);
      this.#traces.set(where, trace);
    }
    return trace;
  }
}

function frameOf(where: string): CapturedFrame | undefined {
  const [, module = '', name = '', digits] = WHERE.exec(where) ?? [];
  const address = digits === undefined ? undefined : parseAddress(digits);
  if (address === undefined) return undefined;
  const code = { address, name, file: '', line: 0, module };
  // With a module the number is the offset in it.
  return module === '' ? code : { ...code, offset: address };
}

export const mtrace: Format<'heap-profile'> = {
  id: 'mtrace',
  title: 'a log of mtrace',
  produces: 'heap-profile',
  howToCapture: 'MALLOC_TRACE=mtrace.txt LD_PRELOAD=libc_malloc_debug.so.0 COMMAND',
  answers: ['growthSteps'],
  detect,
  async parse(
    input: Input,
    { diagnostics, asked }: ParseContext<'heap-profile'>,
  ): Promise<HeapProfile | undefined> {
    const reader = new LogReader(diagnostics);
    await readLines(input, diagnostics, reader);
    reader.finish();
    const { ledger } = reader;
    const stacks = reader.tables.finish();
    return plainProfile({
      tool: 'mtrace',
      stacks,
      costs: ledger.costs(stacks.traces.count),
      clock: 'events',
      allocations: ledger.allocations(),
      growthSteps: asked.growthSteps ? ledger.growthSteps() : undefined,
      temporaryRule: 'exact',
      totals: { peakTime: ledger.peakTime, runtime: reader.events },
      timeline: ledger.timeline(),
    });
  },
};
