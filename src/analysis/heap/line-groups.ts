import { isExceptionPool } from '../../knowledge/own-code.ts';
import type { Bytes } from '../../model/bytes.ts';
import { shortenTemplates } from '../../model/shorten-templates.ts';
import { splitTop } from '../../model/split-top.ts';
import {
  addCosts,
  COST_KINDS,
  type CostedStacks,
  type CostKind,
  costsOf,
  type HeapCosts,
  NO_COSTS,
  totalCosts,
} from './costs.ts';
import { type IsOwn, type OwnBasis, ownCode } from './own-code.ts';
import type { OwnLine, OwnLinesQuery, OwnRanking } from './own-line.ts';
import { calledFrame, NO_OWN_CODE, type OwnStacks, ownFramesAt, ownStacks } from './own-stacks.ts';
import { frameAt, type StackFrame } from './stacks.ts';

/** Call stacks that end in one line of own code, and called the same there. */
export interface LineGroup extends Pick<OwnLine, 'place' | 'kind' | 'called'> {
  readonly costs: HeapCosts;
  readonly traces: number[];
}

/** Of the whole; what is smaller is summed. */
const LEAST_SHOWN = 0.001;

/** Of all bytes or all calls. */
const MUCH = 0.05;
const MOST_ELSEWHERE = 3;

/** Where a program makes fewer, nobody gains by having less of them. */
const MANY_CALLS = 10_000;

/** Frames of a way: a file may say that a stack has millions. */
const MOST_FRAMES = 1000;

export class LineGroups {
  readonly basis: OwnBasis;
  readonly whole: HeapCosts;
  readonly groups: readonly LineGroup[];
  readonly #costed: CostedStacks;
  readonly #isOwn: IsOwn;
  readonly #own: OwnStacks;

  constructor(costed: CostedStacks, basis: OwnBasis) {
    this.basis = basis;
    this.#costed = costed;
    this.#isOwn = ownCode(costed.stacks, basis);
    this.#own = ownStacks(costed.stacks, this.#isOwn);
    this.whole = totalCosts(costed.costs);
    this.groups = this.#group();
  }

  ownCosts(): HeapCosts {
    return sumOf(this.groups.filter(({ kind }) => kind === 'own'));
  }

  /** @param shown receives the groups that the ranking lists. */
  rank(by: CostKind, { lines, ways }: OwnLinesQuery, shown: Set<LineGroup>): OwnRanking {
    const whole = this.whole[by];
    const large = this.groups
      .filter(({ costs }) => costs[by] !== 0 && Math.abs(costs[by]) >= LEAST_SHOWN * whole)
      .toSorted(byCost(by));
    const listed = new Set(splitTop(large, lines).shown);
    const rest = this.groups.filter((group) => !listed.has(group));
    for (const group of listed) shown.add(group);
    return {
      by,
      lines: [...listed].map((group) => this.#line(group, by, ways)),
      others: { count: rest.length, costs: sumOf(rest) },
      whole,
    };
  }

  /** Lines that are not among `shown` and asked for much, or often. */
  elsewhere(shown: ReadonlySet<LineGroup>): OwnLine[] {
    const { allocated, calls } = this.whole;
    const share = ({ costs }: LineGroup) =>
      Math.max(
        allocated > 0 ? costs.allocated / allocated : 0,
        calls >= MANY_CALLS ? costs.calls / calls : 0,
      );
    return this.groups
      .filter((group) => !shown.has(group) && group.kind === 'own' && share(group) >= MUCH)
      .toSorted((a, b) => share(b) - share(a))
      .slice(0, MOST_ELSEWHERE)
      .map((group) => this.#line(group, 'allocated', 0));
  }

  /** How many places leak, and what of it is in own code. */
  leaks(): { readonly places: number; readonly own: Bytes } {
    const leaking = this.groups.filter(({ costs }) => costs.leaked !== 0);
    const own = leaking.filter(({ kind }) => kind === 'own');
    return { places: leaking.length, own: sumOf(own).leaked };
  }

  #group(): LineGroup[] {
    const { costs, stacks } = this.#costed;
    const { ownTrace, calledTrace, isStartUp } = this.#own;
    const { ip } = stacks.traces;
    const groups = new Map<string, LineGroup>();
    /** By what decides it: the text of a group is made once. */
    const known = new Map<number, LineGroup>();
    for (let trace = 0; trace < stacks.traces.count; trace++) {
      if (COST_KINDS.every((kind) => costs[kind][trace] === 0)) continue;
      const own = ownTrace[trace]!;
      const inner = own === 0 ? ip[trace]! * 2 + isStartUp[trace]! : ip[calledTrace[trace]!]!;
      const id = ip[own]! * 2 * stacks.ips.count + inner;
      let group = known.get(id);
      if (group === undefined) {
        const made = this.#newGroup(trace);
        const key = keyOf(made);
        group = groups.get(key) ?? made;
        groups.set(key, group);
        known.set(id, group);
      }
      for (const kind of COST_KINDS) group.costs[kind] += costs[kind][trace]!;
      group.traces.push(trace);
    }
    return [...groups.values()];
  }

  #newGroup(trace: number): LineGroup {
    const { stacks } = this.#costed;
    const number = this.#own.numberOf[trace]!;
    const empty = { costs: { ...NO_COSTS }, traces: [] };
    if (number === NO_OWN_CODE) {
      const { module } = frameAt(stacks, stacks.traces.ip[trace]!, 0);
      const kind = this.#own.isStartUp[trace] === 1 ? 'start-up' : 'library';
      return { place: { ...NOWHERE, module }, kind, called: undefined, ...empty };
    }
    const [place] = ownFramesAt(stacks, this.#own.ip[number]!, this.#isOwn);
    const called = calledFrame(stacks, this.#own, trace, this.#isOwn);
    return {
      place: withoutAddress(place!),
      kind: 'own',
      called: called && withoutAddress(called),
      ...empty,
    };
  }

  #line({ traces, ...group }: LineGroup, by: CostKind, most: number): OwnLine {
    const ways = new Map<number, HeapCosts>();
    for (const trace of most === 0 || group.kind !== 'own' ? [] : traces) {
      const number = this.#own.numberOf[trace]!;
      const sum = ways.get(number) ?? { ...NO_COSTS };
      addCosts(sum, costsOf(this.#costed.costs, trace));
      ways.set(number, sum);
    }
    const ranked = [...ways]
      .map(([number, costs]) => ({ number, costs }))
      .filter(({ costs }) => costs[by] !== 0)
      .sort(byCost(by));
    const { shown, rest } = splitTop(ranked, most);
    return {
      ...group,
      isExceptionPool:
        group.kind === 'start-up' &&
        group.costs.calls === 1 &&
        isExceptionPool(group.costs.allocated),
      ways: shown.map(({ number, costs }) => ({ frames: this.#framesOf(number), costs })),
      otherWays: { count: rest.length, costs: sumOf(rest) },
    };
  }

  #framesOf(number: number): StackFrame[] {
    const frames: StackFrame[] = [];
    const { ip, caller } = this.#own;
    for (let at = number; at !== NO_OWN_CODE && frames.length < MOST_FRAMES; at = caller[at]!) {
      frames.push(...ownFramesAt(this.#costed.stacks, ip[at]!, this.#isOwn));
    }
    return frames;
  }
}

const NOWHERE: StackFrame = {
  name: undefined,
  file: undefined,
  line: 0,
  module: undefined,
  address: 0,
  offset: undefined,
  inlined: false,
};

/** Several addresses may be meant. */
const withoutAddress = (frame: StackFrame): StackFrame => ({
  ...frame,
  address: 0,
  offset: undefined,
  inlined: false,
});

/** Instantiations of a template are one function: they are the same line of code. */
function keyOf({ place, kind, called }: LineGroup): string {
  const { module, file, line } = place;
  const [name, calledName] = [place.name, called?.name].map(
    (text) => text && shortenTemplates(text),
  );
  return JSON.stringify([kind, module, name, file, line, calledName ?? called?.module]);
}

const byCost =
  (by: CostKind) =>
  (a: { readonly costs: HeapCosts }, b: { readonly costs: HeapCosts }): number =>
    Math.abs(b.costs[by]) - Math.abs(a.costs[by]) || b.costs.calls - a.costs.calls;

function sumOf(parts: readonly { readonly costs: HeapCosts }[]): HeapCosts {
  const sum = { ...NO_COSTS };
  for (const { costs } of parts) addCosts(sum, costs);
  return sum;
}
