/**
 * What malloc_info(3) of glibc writes, seen of 2.36 (malloc/malloc.c, __malloc_info): an XML document, one
 * element a line, `heap` for each arena, and the sums of all behind the last.
 *
 *     <malloc version="1">
 *     <heap nr="0">
 *     <sizes>
 *       <size from="33" to="33" total="23364" count="708"/>
 *       <unsorted from="1009" to="1009" total="245187" count="243"/>
 *     </sizes>
 *     <total type="fast" count="0" size="0"/>
 *     <total type="rest" count="4952" size="837223"/>
 *     …
 *     </heap>
 *     <total type="rest" count="5196" size="1083402"/>
 *     <total type="mmap" count="1" size="303104"/>
 *     <system type="current" size="2129920"/>
 *
 * Sizes of chunks in bins are summed with the flags in their lowest bits: each counts one byte too many, and
 * four more where it lies in another arena than the main one and was cut from a larger one. `rest` has the
 * top of each arena as a chunk, without its flags. `max`, `aspace` and the sizes of fast bins are dropped.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { readLines } from '../../input/lines.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import { parseWhole } from '../../model/whole-number.ts';
import { countedAccount } from '../counted-account.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';

function detect({ isText, lines }: Head): Verdict {
  if (!isText) return no('it is not text');
  const begins = lines.some((line) => /^\s*<malloc version="/.test(line));
  return begins ? yes('it has <malloc version=…>') : no('it has no <malloc version=…>');
}

const ELEMENT = /^\s*<(size|unsorted|total|system)\s+(.*?)\/?>\s*$/;
const ATTRIBUTE = /(\w+)="([^"]*)"/g;

/** PREV_INUSE and NON_MAIN_ARENA in a size (malloc.c). */
const IN_USE_BEFORE = 1;
const OTHER_ARENA = 4;
/** Fast bins are told from the others by the range that one has (MALLOC_ALIGNMENT − 1). */
const FAST_RANGE = 15;

class InfoReader {
  arenas = 0;
  #isInArena = false;
  #inBins = 0;
  #binnedChunks = 0;
  /** Of these it is known that they have the flag of another arena. */
  #cutChunks = 0;
  #isBinMissing = false;
  readonly #totals = new Map<string, { readonly count: number; readonly size: number }>();
  isWhole = false;
  readonly #context: ParseContext;

  constructor(context: ParseContext) {
    this.#context = context;
  }

  onLine(text: string, line: number): void {
    if (/^\s*<heap\b/.test(text)) {
      this.arenas++;
      this.#isInArena = true;
    } else if (/^\s*<\/heap>/.test(text)) this.#isInArena = false;
    else if (/^\s*<\/malloc>/.test(text)) this.isWhole = true;
    else if (/^\s*<malloc\b/.test(text)) this.#begin();
    const [, element, attributes] = ELEMENT.exec(text) ?? [];
    if (element === undefined) return;
    const value = new Map([...attributes!.matchAll(ATTRIBUTE)].map(([, name, of]) => [name, of]));
    const whole = (name: string) => parseWhole(value.get(name) ?? '');
    if (element === 'size' || element === 'unsorted') {
      const [from, to, total, count] = [whole('from'), whole('to'), whole('total'), whole('count')];
      if (from === undefined || to === undefined || total === undefined || count === undefined) {
        this.#isBinMissing = true;
        this.#report('a size without from, to, total and count', text, line);
      } else if (element === 'unsorted' || to - from !== FAST_RANGE) {
        this.#inBins += total;
        this.#binnedChunks += count;
        if (from === to && (from & OTHER_ARENA) !== 0) this.#cutChunks += count;
      }
    } else if (!this.#isInArena) {
      const size = whole('size');
      if (size === undefined) this.#report('a sum without its size', text, line);
      else
        this.#totals.set(`${element} ${value.get('type')}`, { count: whole('count') ?? 0, size });
    }
  }

  /** A program can write one after another; the last is told. */
  #begin(): void {
    this.arenas = 0;
    this.#isInArena = false;
    this.isWhole = false;
    this.#inBins = 0;
    this.#binnedChunks = 0;
    this.#cutChunks = 0;
    this.#isBinMissing = false;
    this.#totals.clear();
  }

  #report(message: string, text: string, line: number): void {
    this.#context.diagnostics.report('account/unexpected-line', message, { line, text });
  }

  finish(): HeapAccount | undefined {
    const [fast, rest] = [this.#totals.get('total fast'), this.#totals.get('total rest')];
    const mapped = this.#totals.get('total mmap') ?? { count: 0, size: 0 };
    const current = this.#totals.get('system current');
    if (fast === undefined || rest === undefined || current === undefined) return undefined;
    const flags = (rest.count - this.arenas) * IN_USE_BEFORE + this.#cutChunks * OTHER_ARENA;
    const bins = this.#inBins - flags;
    const free = fast.size + rest.size - flags;
    if (
      flags < 0 ||
      (bins < 0 && !this.#isBinMissing) ||
      free > current.size ||
      rest.size < this.#inBins
    )
      return undefined;
    const part = (bytes: number, count: number | undefined) => {
      return { count, bytes, resident: undefined };
    };
    return countedAccount({
      allocator: 'glibc',
      system: part(current.size + mapped.size, undefined),
      live: part(current.size - free + mapped.size, undefined),
      mapped: part(mapped.size, mapped.count),
      free: [
        ...(this.#isBinMissing
          ? [{ place: 'bins-and-top' as const, ...part(rest.size - flags, rest.count) }]
          : [
              { place: 'bins' as const, ...part(bins, this.#binnedChunks) },
              { place: 'top' as const, ...part(rest.size - this.#inBins, undefined) },
            ]),
        { place: 'fast-bins', ...part(fast.size, fast.count) },
      ],
      freeInAll: { bytes: free, resident: undefined },
      remarks: [
        "Live blocks include headers, thread caches and malloc's records: malloc_info counts them as in use.",
      ],
    });
  }
}

export const mallocInfo: Format<'heap-account'> = {
  id: 'malloc-info',
  title: "an account of glibc's malloc_info",
  produces: 'heap-account',
  howToCapture: "gdb -p PID -batch -ex 'call (int)malloc_info(0, (void*)stdout)'",
  detect,
  async parse(input: Input, context: ParseContext): Promise<HeapAccount | undefined> {
    const reader = new InfoReader(context);
    await readLines(input, context.diagnostics, reader);
    const account = reader.finish();
    if (account === undefined) {
      const message = 'its sums over all arenas are missing, or do not fit together';
      context.diagnostics.report('account/unreadable', message);
    } else if (!reader.isWhole) {
      context.diagnostics.report('account/unreadable', 'it ends before </malloc>');
      return undefined;
    }
    return account;
  },
};
