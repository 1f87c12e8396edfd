/**
 * A file as valgrind's massif writes it, for ms_print and massif-visualizer.
 *
 * heaptrack's own export is of little use: ms_print refuses its time unit, releases since 1.3 write
 * empty trees, and inlined functions are missing in all of them.
 */
import {
  bottomUpTree,
  type CallBranches,
  type CallNode,
  type CallTree,
} from '../../analysis/heap/call-tree.ts';
import { emptyCosts, NO_COSTS, type TraceCosts } from '../../analysis/heap/costs.ts';
import { type FrameRows, frameRows, sameTexts } from '../../analysis/heap/frame-rows.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { formatAddress } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { CallStacks, WorkClock } from '../../model/heap-profile.ts';
import { escapeText } from '../text/escape.ts';
import { chunked } from './chunks.ts';

export interface MassifSnapshot {
  /** From the start, in what the file's clock counts; snapshots are in their order. */
  readonly time: number;
  readonly heapBytes: Bytes;
  /** Bytes by trace index, 0 for what lies beyond its end; undefined for a snapshot without a tree. */
  readonly live: Float64Array | undefined;
  /** The largest snapshot; at most one is. */
  readonly isPeak: boolean;
}

export interface MassifOptions {
  /** The program that was recorded. */
  readonly command: string;
  /** What times count; milliseconds where left out. */
  readonly clock?: WorkClock | undefined;
  /** At least one: ms_print refuses a file without. */
  readonly snapshots: readonly MassifSnapshot[];
  /** Parts of the tree below this percentage of the heap are summed up. */
  readonly thresholdPercent: number;
}

/** massif stops at 200 callers; each level is written one space further right. */
const DEEPEST = 1000;
const NO_BRANCHES: CallBranches = { nodes: [], others: { count: 0, costs: NO_COSTS } };

const ROOT = '(heap allocation functions) malloc/new/new[], --alloc-fns, etc.';

/** Pieces of the file. */
export function massifFile(
  stacks: CallStacks,
  { command, clock, snapshots, thresholdPercent }: MassifOptions,
): Iterable<string> {
  return chunked(parts());

  function* parts(): Generator<string> {
    const rows = placeRows(stacks);
    yield `desc: (written by memtool)\ncmd: ${escapeText(command)}\ntime_unit: ${timeUnit(clock)}\n`;
    for (const [number, snapshot] of snapshots.entries()) {
      const { time, heapBytes, live, isPeak } = snapshot;
      const tree = live && bottomUpTree(stacks, liveCosts(stacks, live), rows);
      // A damaged recording frees what it never allocated. The tree leaves such stacks out, and may
      // then hold more than the heap as a whole; ms_print stops at a part larger than the whole.
      const bytes = Math.max(heapBytes, tree?.total.peak ?? 0);
      yield snapshotHead(number, time, bytes);
      yield `heap_tree=${tree === undefined ? 'empty' : isPeak ? 'peak' : 'detailed'}\n`;
      if (tree) yield* treeLines(tree, bytes, thresholdPercent);
    }
  }
}

/** massif knows instructions, milliseconds and bytes; events of a log are none of them, and a count all the same. */
function timeUnit(clock: WorkClock | undefined): 'i' | 'ms' | 'B' {
  if (clock === undefined) return 'ms';
  return clock === 'bytes' ? 'B' : 'i';
}

function snapshotHead(number: number, time: number, bytes: Bytes): string {
  return `#-----------
snapshot=${number}
#-----------
time=${Math.round(time)}
mem_heap_B=${bytes}
mem_heap_extra_B=0
mem_stacks_B=0
`;
}

/** Rows by module, function, file and line, as massif and heaptrack merge them. */
function placeRows(stacks: CallStacks): FrameRows {
  const { module, frames } = stacks.ips;
  const text = sameTexts(stacks.strings);
  return frameRows(stacks, (ip, frame) => {
    const owner = text[module[ip]!];
    if (frame === undefined) return `${owner}`;
    const [name, file] = [text[frames.function[frame]!], text[frames.file[frame]!]];
    return name === 0 && file === 0 ? `${owner}` : `${owner} ${name} ${file} ${frames.line[frame]}`;
  });
}

/** Live bytes as the one cost that trees know as `peak`. */
function liveCosts({ traces }: CallStacks, live: Float64Array): TraceCosts {
  const costs = emptyCosts(traces.count, ['peak']);
  for (let trace = 0; trace < live.length; trace++) costs.peak[trace] = Math.max(live[trace]!, 0);
  return costs;
}

/** A line of the tree that is still to be written. */
type Pending =
  | { readonly depth: number; readonly bytes: Bytes; readonly node: CallNode | undefined }
  | { readonly depth: number; readonly bytes: Bytes; readonly places: number };

/** The tree, callers below callees, one space per level. */
function* treeLines(tree: CallTree, heapBytes: Bytes, percent: number): Generator<string> {
  // Stacks without any bytes are no places, whatever the threshold.
  const atLeast = Math.max((heapBytes * percent) / 100, 1);
  const pending: Pending[] = [{ depth: 0, bytes: tree.total.peak, node: undefined }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { depth, bytes } = next;
    const indent = ' '.repeat(depth);
    if ('places' in next) {
      yield `${indent}n0: ${bytes} ${belowThreshold(next.places, percent)}\n`;
      continue;
    }
    const { node } = next;
    const { nodes, others } = branchesOf(tree, node, depth, atLeast);
    const children: Pending[] = nodes.map((child) => ({
      depth: depth + 1,
      bytes: child.costs.peak,
      node: child,
    }));
    if (others.count > 0) {
      const rest = { depth: depth + 1, bytes: others.costs.peak, places: others.count };
      const smaller = children.findIndex((child) => child.bytes < rest.bytes);
      children.splice(smaller === -1 ? children.length : smaller, 0, rest);
    }
    const text = node ? frameText(tree.frame(node)) : ROOT;
    yield `${indent}n${children.length}: ${bytes} ${text}\n`;
    for (const child of children.toReversed()) pending.push(child);
  }
}

function branchesOf(
  tree: CallTree,
  node: CallNode | undefined,
  depth: number,
  atLeast: number,
): CallBranches {
  if (node === undefined) return tree.roots('peak', atLeast);
  return depth < DEEPEST ? tree.children(node, 'peak', atLeast) : NO_BRANCHES;
}

function belowThreshold(places: number, percent: number): string {
  const threshold = `below massif's threshold (${percent.toFixed(2)}%)`;
  return places === 1 ? `in 1 place, ${threshold}` : `in ${places} places, all ${threshold}`;
}

/** `0x401136: load (src/load.c:12)`; `0x7f0c: ??? (in /usr/lib/libc.so.6)`. */
function frameText({ address, name, file, line, module }: StackFrame): string {
  const where = file !== undefined ? `${file}:${line}` : module && `in ${module}`;
  const code = `${formatAddress(address)}: ${name ?? '???'}`;
  return escapeText(where ? `${code} (${where})` : code);
}
