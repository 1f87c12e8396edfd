import { float64Column, uint32Column } from '../model/columns.ts';
import type { CallStacks, IpIndex, StringIndex, TraceIndex } from '../model/heap-profile.ts';
import { PairIndex } from './pair-index.ts';

/** One function of a stack as a capture names it; empty texts, 0 and NaN stand for what it does not say. */
export interface CapturedFrame {
  readonly address: number;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly module: string;
  /** The address less where its module was loaded. */
  readonly offset?: number;
}

/** A frame in the table of `StackTables`. */
export type FrameId = number;

/**
 * The call stacks of a capture that names every frame of every stack: equal frames, code addresses and
 * stacks are kept once.
 */
export class StackTables {
  readonly #strings = new Map<string, StringIndex>([['', 0]]);
  readonly #frames: CapturedFrame[] = [];

  readonly #address = float64Column();
  readonly #offset = float64Column();
  readonly #module = uint32Column();
  readonly #frameStart = uint32Column();
  readonly #function = uint32Column();
  readonly #file = uint32Column();
  readonly #line = uint32Column();
  /** By frame, the code address that is this function alone; 0 for none. */
  readonly #ipOfFrame = uint32Column();
  readonly #addressOf = float64Column();
  readonly #ipOfVariant = new PairIndex();
  readonly #ipOfFrames = new Map<string, IpIndex>();

  readonly #traceIp = uint32Column();
  readonly #traceParent = uint32Column();
  readonly #traces = new PairIndex();

  constructor() {
    this.#addIp([]);
    this.#traceIp.push(0);
    this.#traceParent.push(0);
  }

  get traceCount(): number {
    return this.#traceIp.length;
  }

  addFrame(frame: CapturedFrame): FrameId {
    this.#ipOfFrame.push(0);
    this.#addressOf.push(frame.address);
    return this.#frames.push(frame) - 1;
  }

  frame(id: FrameId): CapturedFrame {
    return this.#frames[id]!;
  }

  /**
   * The stack of frames that stand innermost first. Functions at one address, one directly behind the
   * other, were inlined; one that comes again called itself.
   *
   * @param from the first frame that counts.
   * @param variant tells apart what looks alike: stacks of different variants are different.
   */
  stackOf(ids: readonly FrameId[], from = 0, variant = 0): TraceIndex {
    let trace: TraceIndex = 0;
    let end = ids.length;
    while (end > from) {
      let start = end - 1;
      const address = this.#addressOf.get(ids[start]!);
      while (start > from && address !== 0 && this.#addressOf.get(ids[start - 1]!) === address)
        start--;
      const isInnermost = start === from;
      if (end - start === 1) {
        trace = this.#traceOf(this.#ipOf(ids[start]!, isInnermost ? variant : 0), trace);
      } else {
        const code = inlinedGroups(ids.slice(start, end));
        for (const [i, group] of code.entries()) {
          const isLast = isInnermost && i === code.length - 1;
          trace = this.#traceOf(this.#ipOfGroup(group, isLast ? variant : 0), trace);
        }
      }
      end = start;
    }
    return trace;
  }

  /** The same of code addresses, innermost first, each with its functions. */
  stackOfCode(code: readonly (readonly FrameId[])[]): TraceIndex {
    return code.reduceRight((parent, ids) => {
      const ip = ids.length === 1 ? this.#ipOf(ids[0]!, 0) : this.#ipOfGroup(ids, 0);
      return this.#traceOf(ip, parent);
    }, 0);
  }

  #traceOf(ip: IpIndex, parent: TraceIndex): TraceIndex {
    const known = this.#traces.find(parent, ip);
    if (known !== 0) return known;
    const trace = this.traceCount;
    this.#traceIp.push(ip);
    this.#traceParent.push(parent);
    this.#traces.add(parent, ip, trace);
    return trace;
  }

  #ipOf(id: FrameId, variant: number): IpIndex {
    if (variant !== 0) {
      const known = this.#ipOfVariant.find(id, variant);
      if (known !== 0) return known;
      const ip = this.#addIp([id]);
      this.#ipOfVariant.add(id, variant, ip);
      return ip;
    }
    const known = this.#ipOfFrame.get(id);
    if (known !== 0) return known;
    const ip = this.#addIp([id]);
    this.#ipOfFrame.set(id, ip);
    return ip;
  }

  #ipOfGroup(ids: readonly FrameId[], variant: number): IpIndex {
    const key = `${ids.join(' ')} ${variant}`;
    let ip = this.#ipOfFrames.get(key);
    if (ip === undefined) {
      ip = this.#addIp(ids);
      this.#ipOfFrames.set(key, ip);
    }
    return ip;
  }

  finish(): CallStacks {
    const count = this.#address.length;
    this.#frameStart.push(this.#function.length);
    const offset = this.#offset.values();
    return {
      strings: [...this.#strings.keys()],
      ips: {
        count,
        address: this.#address.values(),
        module: this.#module.values(),
        ...(offset.some((value) => !Number.isNaN(value)) && { offset }),
        frameStart: this.#frameStart.values(),
        frames: {
          function: this.#function.values(),
          file: this.#file.values(),
          line: this.#line.values(),
        },
      },
      traces: {
        count: this.traceCount,
        ip: this.#traceIp.values(),
        parent: this.#traceParent.values(),
      },
    };
  }

  #addIp(ids: readonly FrameId[]): IpIndex {
    const frames = ids.map((id) => this.#frames[id]!);
    const [first] = frames;
    const module = frames.find((frame) => frame.module !== '')?.module ?? '';
    this.#address.push(first?.address ?? 0);
    this.#offset.push(first?.offset ?? Number.NaN);
    this.#module.push(this.#text(module));
    this.#frameStart.push(this.#function.length);
    for (const { name, file, line } of frames) {
      if (name === '' && file === '') continue;
      this.#function.push(this.#text(name));
      this.#file.push(this.#text(file));
      this.#line.push(line);
    }
    return this.#address.length - 1;
  }

  #text(text: string): StringIndex {
    const known = this.#strings.get(text);
    if (known !== undefined) return known;
    const index = this.#strings.size;
    this.#strings.set(text, index);
    return index;
  }
}

/** Frames at one address in groups that were inlined into each other, the outermost first. */
function inlinedGroups(ids: readonly FrameId[]): FrameId[][] {
  const groups: FrameId[][] = [];
  for (const id of ids) {
    const group = groups[0];
    if (group !== undefined && !group.includes(id)) group.push(id);
    else groups.unshift([id]);
  }
  return groups;
}
