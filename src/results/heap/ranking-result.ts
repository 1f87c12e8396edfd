import type { HotSpot, PlaceStack, Ranking } from '../../analysis/heap/rankings.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { formatAddress } from '../../model/address.ts';
import { type WriteCosts, type WriteShared, writeShared } from './costs.ts';
import type { FrameResult, PlaceResult, RankingResult } from './stack-schema.ts';

/** @param mostFrames per call stack. */
export function rankingResult(
  { by, groupedBy, spots, others, whole }: Ranking,
  costs: WriteCosts,
  mostFrames: number,
): RankingResult {
  const shared = writeShared(costs, by, whole);
  return {
    by,
    groupedBy,
    places: spots.map((one) => placeResult(one, shared, mostFrames)),
    otherPlaces: { count: others.count, ...shared(others.costs) },
  };
}

function placeResult(
  { place, costs, stacks, otherStacks }: HotSpot,
  shared: WriteShared,
  most: number,
): PlaceResult {
  return {
    place: place.slice(0, most).map(frameResult),
    ...shared(costs),
    stacks: stacks.map((stack) => ({ ...shared(stack.costs), ...framesResult(stack, most) })),
    otherStacks: { count: otherStacks.count, ...shared(otherStacks.costs) },
  };
}

function framesResult({ frames, beyond }: PlaceStack, most: number) {
  const otherFrames = Math.max(0, frames.length - most) + (beyond?.count ?? 0);
  const last = otherFrames === 0 ? undefined : (beyond?.bottom ?? frames.at(-1));
  return {
    frames: frames.slice(0, most).map(frameResult),
    otherFrames,
    outermost: last?.name ?? null,
  };
}

export const frameResult = (frame: StackFrame): FrameResult => {
  const { name, file, line, module, address, offset, inlined } = frame;
  return {
    function: name ?? null,
    file: file ?? null,
    line: file === undefined ? null : line,
    module: module ?? null,
    address: formatAddress(address),
    moduleOffset: offset === undefined ? null : formatAddress(offset),
    inlined,
  };
};
