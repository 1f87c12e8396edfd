import { uint32Column } from '../../model/columns.ts';
import type { CallStacks, IpIndex } from '../../model/heap-profile.ts';
import { frameAt, type StackFrame, stackBottoms } from './stacks.ts';

/**
 * Call stacks as rows: one per function, inlined ones included. Rows of the same symbol are one and
 * the same to whoever sums them up; what makes a symbol is the caller's choice.
 */
export interface FrameRows {
  readonly stacks: CallStacks;
  /** The rows of an IP are those from `rowStart[ip]` to `rowStart[ip + 1]`, innermost first; at least one. */
  readonly rowStart: Uint32Array;
  /** Symbol by row. */
  readonly symbol: Uint32Array;
  readonly symbolCount: number;
  /** A row that shows what the symbol looks like: the first one. By symbol. */
  readonly exampleIp: Uint32Array;
  readonly exampleDepth: Uint32Array;
  /** Stacks end with these IPs, whatever stands below. By IP. */
  readonly isBottom: Uint8Array;
}

/**
 * What tells frames apart.
 *
 * @param frame index into `ips.frames`; undefined where nothing is known but the address.
 */
export type FrameKey = (ip: IpIndex, frame: number | undefined) => string | number;

export function frameRows(stacks: CallStacks, keyOf: FrameKey): FrameRows {
  const { count, frameStart } = stacks.ips;
  const rowStart = new Uint32Array(count + 1);
  for (let ip = 0; ip < count; ip++) {
    rowStart[ip + 1] = rowStart[ip]! + Math.max(frameStart[ip + 1]! - frameStart[ip]!, 1);
  }
  const symbol = new Uint32Array(rowStart[count]!);
  const numbers = new Map<string | number, number>();
  const exampleIp = uint32Column();
  const exampleDepth = uint32Column();
  for (let ip = 0; ip < count; ip++) {
    const first = frameStart[ip]!;
    const isKnown = first < frameStart[ip + 1]!;
    for (let row = rowStart[ip]!; row < rowStart[ip + 1]!; row++) {
      const depth = row - rowStart[ip]!;
      const key = keyOf(ip, isKnown ? first + depth : undefined);
      let number = numbers.get(key);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(key, number);
        exampleIp.push(ip);
        exampleDepth.push(depth);
      }
      symbol[row] = number;
    }
  }
  return {
    stacks,
    rowStart,
    symbol,
    symbolCount: numbers.size,
    exampleIp: exampleIp.values(),
    exampleDepth: exampleDepth.values(),
    isBottom: stackBottoms(stacks),
  };
}

/**
 * Rows by function and module: lines do not tell functions apart, and all code of a module without
 * a name is one function. Names are compared as texts, because different mangled names may have
 * become the same readable one.
 */
export function functionRows(stacks: CallStacks): FrameRows {
  const { ips, strings } = stacks;
  const text = sameTexts(strings);
  return frameRows(stacks, (ip, frame) => {
    const name = frame === undefined ? 0 : text[ips.frames.function[frame]!]!;
    return name * strings.length + text[ips.module[ip]!]!;
  });
}

/** The first index of each text, by string index. */
export function sameTexts(strings: readonly string[]): Uint32Array {
  const first = new Map<string, number>();
  return Uint32Array.from(strings, (text, index) => {
    const known = first.get(text);
    if (known !== undefined) return known;
    first.set(text, index);
    return index;
  });
}

/** What a symbol looks like; line and address are those of its first appearance. */
export function frameOfSymbol(rows: FrameRows, symbol: number): StackFrame {
  return frameAt(rows.stacks, rows.exampleIp[symbol]!, rows.exampleDepth[symbol]!);
}
