import type { OwnLine } from '../../analysis/heap/own-line.ts';
import type { NamelessModule, OwnLines } from '../../analysis/heap/own-lines.ts';
import { inferred } from '../../model/claim.ts';
import { claimResult } from '../claim.ts';
import { type WriteCosts, type WriteShared, writeShared } from './costs.ts';
import type {
  LineNameResult,
  NamelessResult,
  OwnLineResult,
  OwnLinesResult,
} from './own-lines-schema.ts';
import { frameResult } from './ranking-result.ts';

/** @param mostFrames per way. */
export function ownLinesResult(
  lines: OwnLines,
  costs: WriteCosts,
  mostFrames: number,
): OwnLinesResult {
  const { basis, ownShare, rankings, elsewhere, leaks, nameless } = lines;
  return {
    basis,
    ownPercent: 100 * ownShare,
    rankings: rankings.map(({ by, lines: ranked, others, whole }) => {
      const shared = writeShared(costs, by, whole);
      return {
        by,
        lines: ranked.map((line) => lineResult(line, shared, mostFrames)),
        others: { count: others.count, ...shared(others.costs) },
      };
    }),
    elsewhere: elsewhere.lines.map((line) =>
      lineResult(line, writeShared(costs, 'allocated', elsewhere.whole), mostFrames),
    ),
    leakingPlaces: leaks.places,
    ownLeakedBytes: leaks.own,
    nameless: nameless.map(namelessResult),
  };
}

export const lineNameResult = ({
  kind,
  place,
  called,
}: Pick<OwnLine, 'kind' | 'place' | 'called'>): LineNameResult => ({
  kind,
  place: frameResult(place),
  called: called ? frameResult(called) : null,
});

function lineResult(
  { kind, place, called, costs, isExceptionPool, ways, otherWays }: OwnLine,
  shared: WriteShared,
  most: number,
): OwnLineResult {
  return {
    ...shared(costs),
    ...lineNameResult({ kind, place, called }),
    isExceptionPool,
    ways: ways.map((way) => ({
      ...shared(way.costs),
      frames: way.frames.slice(0, most).map(frameResult),
      otherFrames: Math.max(0, way.frames.length - most),
    })),
    otherWays: { count: otherWays.count, ...shared(otherWays.costs) },
  };
}

function namelessResult({
  module,
  share,
  isInterpreter,
  package: name,
}: NamelessModule): NamelessResult {
  const because =
    'packages with names are called like the program, or like the soname of the library';
  return {
    module,
    sharePercent: 100 * share,
    isInterpreter,
    package: name === undefined ? null : claimResult(inferred(name, because)),
  };
}
