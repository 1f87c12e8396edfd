/**
 * A file for https://www.speedscope.app: sampled profiles, one per kind of cost, as
 * https://www.speedscope.app/file-format-schema.json describes them.
 *
 * A frame is a function in a source file, or in a module where the file is not known. It has no
 * line: lines are where a function called, and would split it into many.
 */
import { type CallTree, topDownTree } from '../../analysis/heap/call-tree.ts';
import type { CostedStacks, CostKind } from '../../analysis/heap/costs.ts';
import {
  type FrameRows,
  frameOfSymbol,
  frameRows,
  sameTexts,
} from '../../analysis/heap/frame-rows.ts';
import { mergedStacks } from '../../analysis/heap/merged-stacks.ts';
import { addressAt, type CallStacks } from '../../model/heap-profile.ts';
import { escapeText } from '../text/escape.ts';
import { chunked, joined } from './chunks.ts';
import { frameName } from './frame-names.ts';

const PROFILES: Record<CostKind, { readonly name: string; readonly unit: 'bytes' | 'none' }> = {
  peak: { name: 'live at the peak', unit: 'bytes' },
  leaked: { name: 'never freed', unit: 'bytes' },
  allocated: { name: 'allocated in total', unit: 'bytes' },
  calls: { name: 'allocation calls', unit: 'none' },
  temporary: { name: 'temporary allocations', unit: 'none' },
  peakBlocks: { name: 'blocks live at the peak', unit: 'none' },
  leakedBlocks: { name: 'blocks never freed', unit: 'none' },
  reads: { name: 'read', unit: 'bytes' },
  writes: { name: 'written', unit: 'bytes' },
  copied: { name: 'copied', unit: 'bytes' },
  copies: { name: 'copies', unit: 'none' },
  units: { name: 'units', unit: 'none' },
  events: { name: 'events', unit: 'none' },
};

/**
 * Pieces of the file. A kind that costs nothing has no profile; what is negative, in the difference
 * of two recordings, has no place in the format and is left out.
 *
 * @param name shown as the title.
 */
export function speedscopeFile({ stacks, costs }: CostedStacks, name: string): Iterable<string> {
  const rows = sourceRows(stacks);
  const tree = topDownTree(stacks, costs, rows);
  const kinds = (Object.keys(PROFILES) as CostKind[]).filter((by) => {
    if (!costs[by].some((cost) => cost > 0)) return false;
    // Only what is negative could make it nothing.
    if (costs[by].every((cost) => cost >= 0)) return true;
    for (const { costs: own } of mergedStacks(tree, by)) if (own[by] > 0) return true;
    return false;
  });
  return chunked(parts());

  function* parts(): Generator<string> {
    yield `{"$schema":"https://www.speedscope.app/file-format-schema.json",`;
    yield `"name":${JSON.stringify(escapeText(name))},"activeProfileIndex":0,`;
    yield '"shared":{"frames":[';
    for (let symbol = 0; symbol < rows.symbolCount; symbol++) {
      yield `${symbol === 0 ? '' : ','}\n${JSON.stringify(frame(rows, symbol))}`;
    }
    yield '\n]},"profiles":[';
    for (const [i, by] of kinds.entries()) {
      if (i > 0) yield ',';
      yield* profile(tree, by);
    }
    yield ']}\n';
  }
}

function* profile(tree: CallTree, by: CostKind): Generator<string> {
  const weights: number[] = [];
  const { name, unit } = PROFILES[by];
  yield `\n{"type":"sampled","name":${JSON.stringify(name)},"unit":"${unit}","samples":[`;
  for (const { symbols, costs } of mergedStacks(tree, by)) {
    if (costs[by] <= 0) continue;
    yield weights.length === 0 ? '\n[' : ',\n[';
    yield* joined(symbols, ',', (symbol) => symbol);
    yield ']';
    weights.push(costs[by]);
  }
  yield '\n],"weights":[';
  for (const [i, weight] of weights.entries()) yield i === 0 ? `${weight}` : `,${weight}`;
  const end = weights.reduce((sum, weight) => sum + weight, 0);
  yield `],"startValue":0,"endValue":${end}}`;
}

/** Rows by function and by file, or module. */
function sourceRows(stacks: CallStacks): FrameRows {
  const { ips, strings } = stacks;
  const text = sameTexts(strings);
  return frameRows(stacks, (ip, frame) => {
    const module = ips.module[ip]!;
    if (frame === undefined) return `${addressAt(ips, ip)} ${text[module]}`;
    const name = text[ips.frames.function[frame]!]!;
    const file = text[ips.frames.file[frame]! || module]!;
    return name === 0 ? `${addressAt(ips, ip)} ${file}` : name * strings.length + file;
  });
}

function frame(rows: FrameRows, symbol: number): { name: string; file?: string } {
  const here = frameOfSymbol(rows, symbol);
  const file = here.file ?? here.module;
  return { name: frameName(here), ...(file !== undefined && { file: escapeText(file) }) };
}
