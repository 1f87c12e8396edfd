import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Bytes } from '../../model/bytes.ts';
import type {
  CostColumns,
  HeapProfile,
  HeapSnapshot,
  Inexactness,
  WorkClock,
} from '../../model/heap-profile.ts';
import { plainProfile } from '../plain-profile.ts';
import type { MassifReader, Snapshot, SnapshotTree } from './massif-reader.ts';
import type { SnapshotKeeper } from './snapshot-keeper.ts';

/** What the unit of time is, and how many of it make one of ours; valgrind's default is instructions. */
const UNITS: Readonly<Record<string, { readonly clock?: WorkClock; readonly per: number }>> = {
  i: { clock: 'instructions', per: 1 },
  B: { clock: 'bytes', per: 1 },
  ms: { per: 1e3 },
  s: { per: 1 },
};

/** The measures of an XTree, by the word that its root begins with. */
const MEASURES: Readonly<Record<string, keyof CostColumns>> = {
  curB: 'leaked',
  curBk: 'leakedBlocks',
  totB: 'allocated',
  totBk: 'calls',
};

const PAGES = '(page allocation syscalls)';

export function buildProfile(
  reader: MassifReader,
  keeper: SnapshotKeeper,
  mostSnapshots: number,
  diagnostics: Diagnostics,
): HeapProfile {
  const { descriptions, command } = reader;
  const recording = { debuggee: command };
  if (descriptions.includes('xtree.produce_report')) {
    return plainProfile({ tool: 'valgrind (XTree)', recording, ...measures(reader, keeper) });
  }
  const tool = toolOf(descriptions);
  const stacks = reader.tables.finish();
  const { count } = stacks.traces;
  const unit = UNITS[reader.timeUnit ?? 'i'];
  if (unit === undefined) {
    const message = `its time_unit is "${reader.timeUnit}"`;
    diagnostics.report('massif/unknown-unit', message);
  }
  const at = (time: number) => time / (unit?.per ?? 1);
  const { peak, last, detailed, timeline } = keeper;
  const live = ({ tree }: Snapshot) => columnOf(tree!, count);
  const isPages = peak?.tree?.root.startsWith(PAGES) === true;
  if (isPages) {
    const message =
      'it counts pages that were mapped, libraries and stacks included, and no blocks';
    diagnostics.report('massif/pages', message);
  }
  if (keeper.mostStacks > 0) {
    const message = `over time it counts the stacks of threads as well, at most ${keeper.mostStacks} bytes`;
    diagnostics.report('massif/stacks', message);
  }
  const snapshots: HeapSnapshot[] = chosen(detailed, mostSnapshots).map((snapshot) => ({
    time: at(snapshot.time),
    live: live(snapshot),
  }));
  const { time, live: total, resident } = timeline.finish();
  return plainProfile({
    tool,
    // The last of its snapshots is taken before the end.
    recording: { ...recording, isSnapshot: true },
    stacks,
    costs: {
      ...(peak && { peak: live(peak) }),
      ...(last?.tree && { leaked: live(last) }),
    },
    inexact: peak ? { peak: peakBound(peak, keeper, tool, descriptions) } : {},
    totals: {
      peakTime: peak && unit ? at(peak.time) : undefined,
      runtime: last && unit ? at(last.time) : undefined,
    },
    ...(unit?.clock && { clock: unit.clock }),
    timeline: unit && {
      time: time.map(at),
      live: total,
      calls: undefined,
      temporary: undefined,
      resident,
    },
    snapshots: unit ? snapshots : [],
  });
}

/** heaptrack and memtool export this form, too. */
function toolOf(descriptions: readonly string[]): string {
  if (descriptions.includes('heaptrack')) return 'heaptrack (as massif)';
  return descriptions.includes('(written by memtool)') ? 'memtool (as massif)' : 'massif';
}

/** Why the peak may have been higher. */
function peakBound(
  peak: Snapshot,
  { largestHeap }: SnapshotKeeper,
  tool: string,
  descriptions: readonly string[],
): Inexactness {
  const when = 'massif looks for a peak only where something is freed';
  const because = () => {
    if (largestHeap > peak.heap)
      return `its largest snapshot, of ${largestHeap} bytes, has no tree`;
    if (tool !== 'massif') return 'it has few moments of the run';
    const isExact = descriptions.some((text) => text.includes('--peak-inaccuracy=0'));
    return isExact ? when : `${when}, and takes one that is 1 % higher than the last`;
  };
  return { kind: 'at-least', because: because() };
}

function columnOf({ traces, bytes }: SnapshotTree, count: number): Float64Array {
  const column = new Float64Array(count);
  for (const [i, trace] of traces.entries()) column[trace]! += bytes[i]!;
  return column;
}

/** As many as are wanted, evenly, the last one among them. */
function chosen(snapshots: readonly Snapshot[], most: number): readonly Snapshot[] {
  const stride = Math.max(1, Math.ceil(snapshots.length / Math.max(1, most)));
  return most === 0 ? [] : snapshots.filter((_, i) => (snapshots.length - 1 - i) % stride === 0);
}

/** An XTree's snapshots are measures of one moment. */
function measures(reader: MassifReader, { detailed }: SnapshotKeeper) {
  const stacks = reader.tables.finish();
  const costs: Record<string, Float64Array> = {};
  const totals: { calls?: number; leaked?: Bytes } = {};
  for (const { tree } of detailed) {
    const kind = MEASURES[/^\w+/.exec(tree!.root)?.[0] ?? ''];
    if (kind !== undefined) costs[kind] = columnOf(tree!, stacks.traces.count);
  }
  return { stacks, costs: costs as CostColumns, totals };
}
