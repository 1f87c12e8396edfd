/**
 * Collapsed stacks, one per line, for flamegraph.pl, inferno, speedscope and others:
 *
 *     main;load;parse 4096
 *
 * The root comes first, the function that allocates last. Unlike `heaptrack_print -F` this puts
 * inlined functions in the order of their calls, writes equal stacks once, leaves out stacks that
 * cost nothing, and does not end the list with a semicolon.
 */

import { topDownTree } from '../../analysis/heap/call-tree.ts';
import type { CostedStacks, CostKind } from '../../analysis/heap/costs.ts';
import { frameOfSymbol, frameRows } from '../../analysis/heap/frame-rows.ts';
import { mergedStacks } from '../../analysis/heap/merged-stacks.ts';
import { frameAt, type StackFrame } from '../../analysis/heap/stacks.ts';
import { baseName } from '../../model/base-name.ts';
import { escapeText } from '../text/escape.ts';
import { chunked, joined } from './chunks.ts';
import { frameName } from './frame-names.ts';

export interface FoldedOptions {
  readonly by: CostKind;
  /** Adds the source file to functions: `parse (load.c)`. */
  readonly withFiles?: boolean;
}

/** Pieces of the file. Costs are negative where a difference of two recordings has become less. */
export function foldedStacks(
  { stacks, costs }: CostedStacks,
  { by, withFiles = false }: FoldedOptions,
): Iterable<string> {
  const label = (frame: StackFrame) => frameLabel(frame, withFiles);
  const rows = frameRows(stacks, (ip, frame) => {
    const depth = frame === undefined ? 0 : frame - stacks.ips.frameStart[ip]!;
    return label(frameAt(stacks, ip, depth));
  });
  const labels = Array.from({ length: rows.symbolCount }, (_, symbol) =>
    label(frameOfSymbol(rows, symbol)),
  );
  const tree = topDownTree(stacks, costs, rows);
  return chunked(lines());

  function* lines(): Generator<string> {
    for (const { symbols, costs: own } of mergedStacks(tree, by)) {
      yield* joined(symbols, ';', (symbol) => labels[symbol]!);
      yield ` ${own[by]}\n`;
    }
  }
}

/** A semicolon would end the frame; no tool knows an escape for it, so it becomes a colon. */
function frameLabel(frame: StackFrame, withFiles: boolean): string {
  const file =
    withFiles && frame.file !== undefined ? ` (${escapeText(baseName(frame.file))})` : '';
  return `${frameName(frame)}${file}`.replaceAll(';', ':');
}
