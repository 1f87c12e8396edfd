import type { HeapCosts } from '../../analysis/heap/costs.ts';
import type { HeapFindings } from '../../analysis/heap/findings.ts';
import type { HotSpot } from '../../analysis/heap/hot-spots.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { formatAddress } from '../../model/address.ts';
import type { Timeline } from '../../model/timeline.ts';
import type { HeaptrackJson } from './schema.ts';

const costs = ({ calls, temporary, peak, leaked, allocated }: HeapCosts) => ({
  calls,
  temporary,
  peakBytes: peak,
  leakedBytes: leaked,
  allocatedBytes: allocated,
});

const frame = ({ name, file, line, module, address, inlined }: StackFrame) => ({
  function: name ?? null,
  file: file ?? null,
  line: file === undefined ? null : line,
  module: module ?? null,
  address: formatAddress(address),
  inlined,
});

const spot = ({ place, costs: total, stacks, otherStacks }: HotSpot) => ({
  place: place.map(frame),
  ...costs(total),
  stacks: stacks.map((stack) => ({ ...costs(stack.costs), frames: stack.frames.map(frame) })),
  otherStacks: { count: otherStacks.count, ...costs(otherStacks.costs) },
});

/** The result of `memtool heaptrack --json`. Sizes are bytes, times seconds. */
export function heaptrackJson(
  { recording, totals, window, suppressed, rankings }: HeapFindings,
  timeline: Timeline,
): HeaptrackJson {
  return {
    recording: {
      heaptrackVersion: recording.heaptrackVersion ?? null,
      fileVersion: recording.fileVersion,
      debuggee: recording.debuggee ?? null,
      attached: recording.attached,
      pageBytes: recording.pageBytes ?? null,
      systemBytes: recording.systemBytes ?? null,
    },
    totals: {
      runtimeSeconds: totals.runtime,
      calls: totals.calls,
      callsPerSecond: totals.calls / totals.runtime,
      temporary: totals.temporary,
      temporaryPerSecond: totals.temporary / totals.runtime,
      temporaryPercent: totals.calls === 0 ? null : (100 * totals.temporary) / totals.calls,
      allocatedBytes: totals.allocated,
      peakBytes: totals.peak,
      peakSeconds: totals.peakTime,
      peakResidentBytes: totals.peakResident ?? null,
      leakedBytes: totals.leaked - suppressed.leaked,
      suppressedLeakedBytes: suppressed.leaked,
    },
    window: window ? { fromSeconds: window.from, toSeconds: window.to } : null,
    timeline: Array.from(timeline.time, (time, i) => ({
      seconds: time,
      liveBytes: timeline.live[i]!,
      calls: timeline.calls[i]!,
      temporary: timeline.temporary[i]!,
      residentBytes: Number.isNaN(timeline.resident[i]!) ? null : timeline.resident[i]!,
    })),
    rankings: rankings.map(({ by, spots, others }) => ({
      by,
      places: spots.map(spot),
      otherPlaces: { count: others.count, ...costs(others.costs) },
    })),
  };
}
