import { debugPackage } from '../../knowledge/debug-packages.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { CostedStacks, CostKind } from './costs.ts';
import { type LineGroup, LineGroups } from './line-groups.ts';
import { isInterpreter, type OwnBasis } from './own-code.ts';
import type { OwnLine, OwnLinesQuery, OwnRanking } from './own-line.ts';

/** A module whose functions the recording does not name. */
export interface NamelessModule {
  readonly module: string;
  /** Of the ranked cost. */
  readonly share: number;
  /** It runs a program that leaves no frames. */
  readonly isInterpreter: boolean;
  /** Of Debian and Ubuntu, which probably has the names; undefined for a module of no package. */
  readonly package: string | undefined;
}

export interface OwnLines {
  readonly basis: OwnBasis;
  /** What own code has of the ranked cost, from 0 to 1; of all code if `basis` is `any`. */
  readonly ownShare: number;
  readonly rankings: readonly OwnRanking[];
  /** Lines that no ranking shows, although they asked for much, or often. */
  readonly elsewhere: { readonly lines: readonly OwnLine[]; readonly whole: Bytes };
  /** Places with leaks, and what of it is in own code. */
  readonly leaks: { readonly places: number; readonly own: number };
  /** Why there is little own code. */
  readonly nameless: readonly NamelessModule[];
}

/** With less own code than this, all code is shown. */
const LEAST_OWN = 0.5;

/** Of the ranked cost; smaller modules are not named. */
const LEAST_NAMELESS = 0.05;

export function ownLines(costed: CostedStacks, query: OwnLinesQuery): OwnLines {
  const by = query.rankBy[0] ?? costed.kinds[0] ?? 'peak';
  const { groups, ownShare } = lineGroups(costed, by);
  const shown = new Set<LineGroup>();
  return {
    basis: groups.basis,
    ownShare,
    rankings: query.rankBy.map((kind) => groups.rank(kind, query, shown)),
    elsewhere: { lines: groups.elsewhere(shown), whole: groups.whole.allocated },
    leaks: groups.leaks(),
    nameless: groups.basis === 'own' ? [] : namelessModules(groups, by),
  };
}

/** Own code, or all where the recording tells too little of it. */
export function lineGroups(
  costed: CostedStacks,
  by: CostKind,
): { readonly groups: LineGroups; readonly ownShare: number } {
  const own = new LineGroups(costed, 'own');
  const ownShare = own.whole[by] === 0 ? 1 : own.ownCosts()[by] / own.whole[by];
  return { groups: ownShare >= LEAST_OWN ? own : new LineGroups(costed, 'any'), ownShare };
}

function namelessModules({ groups, whole }: LineGroups, by: CostKind): NamelessModule[] {
  const costs = new Map<string, number>();
  for (const { kind, place, costs: cost } of groups) {
    const { module } = place;
    if (
      kind !== 'own' ||
      module === undefined ||
      (place.name !== undefined && !isInterpreter(module))
    )
      continue;
    costs.set(module, (costs.get(module) ?? 0) + cost[by]);
  }
  return [...costs]
    .map(([module, cost]) => ({
      module,
      share: cost / whole[by],
      isInterpreter: isInterpreter(module),
      package: debugPackage(module),
    }))
    .filter(({ share }) => share >= LEAST_NAMELESS)
    .sort((a, b) => b.share - a.share);
}
