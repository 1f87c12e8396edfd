/**
 * Heap profiles of jemalloc (`prof:true`, `prof.dump`): text, `heap_v2`. Seen of jemalloc 5.3.0.
 *
 *     heap_v2/524288
 *       t*: 3: 88376 [0: 0]
 *     @ 0x7f91… 0x55a5…
 *       t*: 1: 4032 [0: 0]
 *     MAPPED_LIBRARIES:
 *
 * Figures are samples, and sizes are those of size classes. Threads are dropped: a stack's `t*` is their
 * sum. Functions have no names here: the map behind the stacks tells modules.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { type LineReader, readLines } from '../../input/lines.ts';
import { parseAddress } from '../../model/address.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { parseWhole } from '../../model/whole-number.ts';
import { AddressStacks } from '../address-stacks.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { MappedLibraries } from '../mapped-libraries.ts';
import { plainProfile } from '../plain-profile.ts';
import { SampledCosts } from '../sampled-costs.ts';

const HEADER = /^heap_v2\/(\d+)\s*$/;
const COUNTS = /^\s+t(\*|\d+):\s*(\d+):\s*(\d+)\s*\[\s*(\d+):\s*(\d+)\]/;

function detect({ isText, lines }: Head): Verdict {
  if (!isText) return no('it is not text');
  return HEADER.test(lines[0] ?? '')
    ? yes('it starts with heap_v2/PERIOD')
    : no('it does not start with heap_v2/PERIOD');
}

class DumpReader implements LineReader {
  readonly stacks = new AddressStacks();
  readonly costs = new SampledCosts();
  readonly libraries = new MappedLibraries();
  period: number | undefined;
  hasMap = false;
  readonly #diagnostics: ParseContext['diagnostics'];
  /** The stack that was named, and has no figures yet. */
  #stack: readonly number[] | undefined;
  #hasTotal = false;

  constructor(diagnostics: ParseContext['diagnostics']) {
    this.#diagnostics = diagnostics;
  }

  onLine(text: string, line: number): void {
    if (line === 1) this.period = parseWhole(HEADER.exec(text)?.[1] ?? '');
    else if (this.hasMap) {
      if (text !== '' && !this.libraries.add(text)) this.#unexpected(text, line);
    } else if (text.startsWith('@')) this.#addresses(text, line);
    else if (text === 'MAPPED_LIBRARIES:') this.hasMap = true;
    else if (text !== '' && !this.#counts(text)) this.#unexpected(text, line);
  }

  #addresses(text: string, line: number): void {
    const addresses = text
      .slice(1)
      .trim()
      .split(/\s+/)
      .map((word) => (word.startsWith('0x') ? parseAddress(word.slice(2)) : undefined));
    this.#stack = addresses.every((address) => address !== undefined) ? addresses : undefined;
    if (this.#stack === undefined) this.#unexpected(text, line);
  }

  /** @returns false for a line that has no counts. */
  #counts(text: string): boolean {
    const [, thread, ...digits] = COUNTS.exec(text) ?? [];
    const row = digits.map(parseWhole);
    if (row.length !== 4 || row.includes(undefined)) return false;
    if (thread !== '*') return true;
    // The first is the sum of all stacks.
    if (this.#stack === undefined) {
      const isFirst = !this.#hasTotal;
      this.#hasTotal = true;
      return isFirst;
    }
    this.stacks.add(this.#stack);
    this.costs.add([row[0]!, row[1]!, row[2]!, row[3]!]);
    this.#stack = undefined;
    return true;
  }

  #unexpected(text: string, line: number): void {
    const message = 'it is no line of a jemalloc profile';
    this.#diagnostics.report('jemalloc-heap/unexpected-line', message, { line, text });
  }
}

export const jemallocHeap: Format<'heap-profile'> = {
  id: 'jemalloc-heap',
  title: 'a jemalloc heap profile',
  produces: 'heap-profile',
  howToCapture:
    'MALLOC_CONF=prof:true,prof_final:true,prof_prefix:jeprof LD_PRELOAD=libjemalloc.so.2 COMMAND',
  detect,
  async parse(
    input: Input,
    { diagnostics }: ParseContext<'heap-profile'>,
  ): Promise<HeapProfile | undefined> {
    const reader = new DumpReader(diagnostics);
    await readLines(input, diagnostics, reader);
    const { period, libraries } = reader;
    if (period === undefined || period === 0) {
      diagnostics.report('jemalloc-heap/no-period', 'the distance of samples is no number');
      return undefined;
    }
    if (!reader.hasMap) {
      const message =
        'it ends before the map of libraries: whose code the addresses are is not known';
      diagnostics.report('jemalloc-heap/no-map', message);
    }
    const { stacks, traces } = reader.stacks.finish(libraries);
    // One byte: every allocation was looked at.
    const told = reader.costs.finish(period > 1 ? period : undefined, traces, stacks.traces.count);
    return plainProfile({
      tool: 'jemalloc',
      recording: {
        recorder: { tool: 'jemalloc', version: undefined, isNameless: true },
        debuggee: libraries.program,
        isSnapshot: true,
      },
      stacks,
      ...told,
    });
  },
};
