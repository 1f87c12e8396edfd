/**
 * heaptrack_print's lists and memtool's, in one form, so that they can be compared rank by rank:
 * each entry with the code it names and with all stacks below it.
 */
import type { CostKind, HeapCosts } from '../../src/analysis/heap/costs.ts';
import type { HotSpot, Ranking } from '../../src/analysis/heap/rankings.ts';
import type { StackFrame } from '../../src/analysis/heap/stacks.ts';
import { formatAddress } from '../../src/model/address.ts';
import { run } from './run-program.ts';

/** Places with equal cost have no order, so lists are compared whole. */
export const WHOLE_LIST = 1_000_000;

/** An entry as text: its label, its place, and below it the labels and callers of its stacks. */
type Entry = string;

export type Lists = Readonly<Partial<Record<CostKind, readonly Entry[]>>>;

/** heaptrack's own way of writing bytes: thousands, two decimals, one letter. */
export function heaptrackBytes(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) > 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${value}B` : `${value.toFixed(2)}${units[unit]}`;
}

const SECTIONS: Readonly<Record<string, CostKind>> = {
  'MOST CALLS TO ALLOCATION FUNCTIONS': 'calls',
  'PEAK MEMORY CONSUMERS': 'peak',
  'MEMORY LEAKS': 'leaked',
  'MOST TEMPORARY ALLOCATIONS': 'temporary',
};

/** Labels of entries and of the stacks below them; the two differ in wording. */
const LABELS: Readonly<Record<string, { readonly entry: RegExp; readonly member: RegExp }>> = {
  calls: {
    entry: /^(-?\d+) calls to allocation functions with (\S+) peak consumption from$/,
    member: /^(-?\d+) calls with (\S+) peak consumption from:$/,
  },
  peak: {
    entry: /^(\S+) peak memory consumed over (-?\d+) calls from$/,
    member: /^(\S+) consumed over (-?\d+) calls from:$/,
  },
  leaked: {
    entry: /^(\S+) leaked over (-?\d+) calls from$/,
    member: /^(\S+) leaked over (-?\d+) calls from:$/,
  },
  temporary: {
    entry: /^(-?\d+) temporary allocations of (-?\d+) allocations in total \(\S+%\) from$/,
    member: /^(-?\d+) temporary allocations of (-?\d+) allocations in total \(\S+%\) from:$/,
  },
};

/** Runs heaptrack_print for whole lists with unshortened names. */
export async function printedLists(file: string, ...options: string[]) {
  const all = String(WHOLE_LIST);
  const { stdout } = await run('heaptrack_print', [
    ...['-l', '1', '-t', '0', '-n', all, '-s', all],
    ...options,
    file,
  ]);
  return { text: stdout, lists: parseLists(stdout) };
}

function parseLists(text: string): Lists {
  const lists: Partial<Record<CostKind, Entry[]>> = {};
  let kind: CostKind | undefined;
  let entry: { head: string[]; members: string[][] } | undefined;
  const finish = () => {
    if (entry && kind) lists[kind]!.push(entryText(entry.head, entry.members));
    entry = undefined;
  };
  for (const line of text.split('\n')) {
    const section = SECTIONS[line];
    if (section || line.startsWith('total runtime:')) {
      finish();
      kind = section;
      if (section) lists[section] = [];
    }
    if (!kind || section) continue;
    const { entry: isEntry, member: isMember } = LABELS[kind]!;
    const asEntry = isEntry.exec(line);
    const asMember = isMember.exec(line);
    if (asEntry) {
      finish();
      entry = { head: [`${asEntry[1]} ${asEntry[2]}`], members: [] };
    } else if (asMember) entry?.members.push([`${asMember[1]} ${asMember[2]}`]);
    else if (line.trim() !== '') (entry?.members.at(-1) ?? entry?.head)?.push(line.trim());
  }
  finish();
  return lists;
}

/**
 * The first frame stands for the place: which inlined functions follow depends on the stack that a
 * tool takes for the label. Members without a part in the cost are not compared: memtool leaves
 * them out.
 */
function entryText(head: readonly string[], members: readonly (readonly string[])[]): Entry {
  const inModule = head.findIndex((line) => line.startsWith('in '));
  // Nameless code of one module is one place; which of its addresses names it, is anybody's choice.
  const named = head.map((line) =>
    members.length > 0 ? line.replace(/^(?:0x.*|\?\?)$/, '0x…') : line,
  );
  const place = members.length > 0 ? named.slice(0, inModule + 1 || undefined) : named;
  const stacks = members
    .filter(([label]) => !/^0B? /.test(label!))
    .map((lines) => lines.join(' | '))
    .sort();
  return [place.join(' | '), ...stacks].join('\n    ');
}

/** The same from memtool's ranking. */
export function rankingEntries({ by, groupedBy, spots }: Ranking): Entry[] {
  return spots.map((spot) => {
    if (groupedBy === 'stack') {
      return entryText([label(by, spot.costs), ...frameLines(spot.stacks[0]!.frames)], []);
    }
    const head = frameLines(spot.place.slice(0, 1));
    return entryText([label(by, spot.costs), ...head], spot.stacks.map(memberLines(by)));
  });
}

const memberLines =
  (by: CostKind) =>
  ({ frames, costs }: HotSpot['stacks'][number]) => {
    // The stack's own inlined functions belong to the place.
    const ofPlace = frames.findIndex((frame) => !frame.inlined) + 1;
    return [label(by, costs), ...frameLines(frames.slice(ofPlace))];
  };

function label(by: CostKind, costs: HeapCosts): string {
  const { calls } = costs;
  if (by === 'calls') return `${calls} ${heaptrackBytes(costs.peak)}`;
  return by === 'temporary'
    ? `${costs.temporary} ${calls}`
    : `${heaptrackBytes(costs[by])} ${calls}`;
}

/** A module is printed once per code address, behind the innermost function. */
function frameLines(frames: readonly StackFrame[]): string[] {
  return frames.flatMap(({ name, file, line, module, address }, i) => [
    name ?? (address === 0 ? '??' : formatAddress(address)),
    ...(file === undefined ? [] : [`at ${file}:${line}`]),
    ...(frames[i - 1]?.inlined ? [] : [`in ${module ?? '??'}`]),
  ]);
}
