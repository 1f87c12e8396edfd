/**
 * Heap profiles as text, of gperftools' tcmalloc (`HEAPPROFILE=`, `@ heapprofile`, every allocation) and of
 * what samples (`@ heap_v2/PERIOD`), and Go's (`/debug/pprof/heap?debug=1`). Seen of gperftools 2.10, Go 1.19.
 *
 *     heap profile:   2580:   293196 [  6971:   401404] @ heapprofile
 *        57:   124992 [    57:   124992] @ 0x55992666097e 0x7fab0364524a
 *     MAPPED_LIBRARIES:
 *
 * Go writes twice its rate behind `@ heap/`, names functions in lines that begin with `#`, and tells of the
 * last garbage collection. Its runtime.MemStats are dropped.
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
import type { CapturedFrame } from '../stack-tables.ts';

const HEADER = /^heap profile:\s*\d+:\s*\d+ \[\s*\d+:\s*\d+\] @ (\w+)(?:\/(\d+))?/;
const ROW = /^\s*(\d+):\s*(\d+) \[\s*(\d+):\s*(\d+)\] @((?: 0x[0-9a-f]+)*)\s*$/i;
const SYMBOL = /^#\t0x([0-9a-f]+)\t+(.*?)(?:\+0x[0-9a-f]+)?\t+(.*):(\d+)$/;

/** Lines of source files are ints. */
const MAX_LINE = 0x7fffffff;

/** What the header says of samples; undefined where every allocation was counted. */
function periodOf(kind: string, digits: string | undefined): number | undefined | 'unknown' {
  const period = parseWhole(digits ?? '');
  switch (kind) {
    case 'heapprofile':
    case 'growth':
      return undefined;
    case 'heap_v2':
    case 'heapz_v2':
      return period === undefined || period === 0 ? 'unknown' : period;
    case 'heap':
      return period === undefined || period < 2 ? 'unknown' : period / 2;
    default:
      return 'unknown';
  }
}

function detect({ isText, lines }: Head): Verdict {
  if (!isText) return no('it is not text');
  return HEADER.test(lines[0] ?? '')
    ? yes('it starts with "heap profile:" and counts')
    : no('it does not start with "heap profile:"');
}

class TextReader implements LineReader {
  readonly stacks = new AddressStacks();
  readonly costs = new SampledCosts();
  readonly libraries = new MappedLibraries();
  header: RegExpExecArray | null = null;
  /** Functions were named: it is of Go. */
  hasNames = false;
  readonly #diagnostics: ParseContext['diagnostics'];
  #hasMap = false;
  #frames: CapturedFrame[] = [];

  constructor(diagnostics: ParseContext['diagnostics']) {
    this.#diagnostics = diagnostics;
  }

  onLine(text: string, line: number): void {
    if (line === 1) this.header = HEADER.exec(text);
    else if (text.startsWith('#')) this.#symbol(text);
    else if (text === 'MAPPED_LIBRARIES:') this.#hasMap = true;
    else if (text !== '' && !(this.#hasMap ? this.libraries.add(text) : this.#row(text))) {
      const message = 'it is no line of a heap profile';
      this.#diagnostics.report('heap-text/unexpected-line', message, { line, text });
    }
  }

  #row(text: string): boolean {
    const [, objects, bytes, ever, everBytes, words] = ROW.exec(text) ?? [];
    if (objects === undefined) return false;
    const row = [objects, bytes!, ever!, everBytes!].map(parseWhole);
    const addresses = words!.split(' 0x').slice(1).map(parseAddress);
    if (row.includes(undefined) || addresses.includes(undefined)) return false;
    this.stacks.add(addresses as number[]);
    this.costs.add([row[0]!, row[1]!, row[2]!, row[3]!]);
    this.#frames = [];
    return true;
  }

  /** `#	0x4b4907	main.load+0x1a7		./main.go:19`; other comments end the profile. */
  #symbol(text: string): void {
    const [, address, name, file, digits] = SYMBOL.exec(text) ?? [];
    if (name === undefined || this.stacks.count === 0 || Number(digits) > MAX_LINE) return;
    const frame = {
      address: parseAddress(address!) ?? 0,
      name,
      file: file!,
      line: Number(digits),
      module: '',
    };
    this.hasNames = true;
    this.#frames.push(frame);
    this.stacks.name(this.#frames);
  }
}

export const heapText: Format<'heap-profile'> = {
  id: 'heap-text',
  title: 'a heap profile of tcmalloc or Go',
  produces: 'heap-profile',
  howToCapture: 'HEAPPROFILE=profile LD_PRELOAD=libtcmalloc.so.4 COMMAND',
  detect,
  async parse(
    input: Input,
    { diagnostics }: ParseContext<'heap-profile'>,
  ): Promise<HeapProfile | undefined> {
    const reader = new TextReader(diagnostics);
    await readLines(input, diagnostics, reader);
    const [, kind = '', digits] = reader.header ?? [];
    const period = periodOf(kind, digits);
    if (period === 'unknown') {
      const message = `it does not say how it was sampled: "@ ${kind}${digits ? `/${digits}` : ''}"`;
      diagnostics.report('heap-text/unknown-sampling', message);
      return undefined;
    }
    const tool = reader.hasNames ? 'Go' : 'tcmalloc';
    const { stacks, traces } = reader.stacks.finish(reader.libraries);
    return plainProfile({
      tool,
      recording: {
        recorder: { tool, version: undefined, isNameless: !reader.hasNames },
        debuggee: reader.libraries.program,
        isSnapshot: true,
      },
      stacks,
      ...reader.costs.finish(period, traces, stacks.traces.count),
    });
  },
};
