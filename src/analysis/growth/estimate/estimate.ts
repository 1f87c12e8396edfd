import type { ByteInterval, KnownAllocator } from '../../../knowledge/allocators/allocator.ts';
import type { Container, Language } from '../../../knowledge/containers.ts';
import { GROWTH_RULES, type GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { GrowthChain } from '../from-log/growth-chain.ts';
import { eighthHypotheses, factorHypotheses } from './any-start.ts';
import { constantHypotheses } from './constant-growth.ts';
import { doublingHypotheses } from './doubling.ts';
import {
  type GivenFacts,
  likelihoods,
  NOT_RECORDED,
  type RecordedSeries,
  recordedLikelihood,
} from './given-facts.ts';
import { evidenceOf, type GrowthRun, longestGrowth, requestsOf } from './growth-run.ts';
import { fixedRowHypotheses, hashTableHypotheses, listRuleHypotheses } from './hypotheses.ts';
import {
  type CapacityOrigin,
  type GrowthEvidence,
  type Hypothesis,
  methodShare,
} from './hypothesis.ts';

/** The element size that is told; undefined where none is likelier than all others together. */
export const toldSize = ({ candidates: [best] }: GrowthEstimate): Bytes | undefined =>
  best !== undefined && best.probability >= LIKELY_SIZE ? best.elementBytes : undefined;

/** How the user's system is made, as far as it is known. */
export interface Surroundings {
  readonly allocator: KnownAllocator;
  readonly pageBytes: Bytes;
  readonly language: Language | undefined;
}

/** An element size that fits, with its probability. */
export interface ElementCandidate {
  readonly elementBytes: Bytes;
  readonly probability: number;
  /** Elements after the last step; undefined where only a range is known. */
  readonly capacity: number | undefined;
  /** The request after the last step, if the elements have this size. */
  readonly bytes: Bytes;
}

/** What the steps of a chain tell of the container behind them. */
export interface GrowthEstimate {
  /** The requests that fit each step, whatever the container. */
  readonly requests: readonly ByteInterval[];
  /** The steps that follow the rule. */
  readonly stretch: GrowthRun;
  readonly rule: GrowthRuleId | undefined;
  /** How likely the rule is among those that fit. */
  readonly ruleProbability: number;
  readonly origin: CapacityOrigin | undefined;
  readonly container: Container | undefined;
  readonly containerProbability: number;
  /** The request of each step that follows the rule, likeliest; undefined for the others. */
  readonly blocks: readonly (Bytes | undefined)[];
  /** How likely the request of the last step of the stretch is. */
  readonly bytesProbability: number;
  /** From 1 % on, the likeliest first. */
  readonly candidates: readonly ElementCandidate[];
  /** The likeliest way for the likeliest element size; undefined where the steps follow no rule. */
  readonly best: Hypothesis | undefined;
}

/** From here on an element size is told; below, another is about as likely. */
export const LIKELY_SIZE = 0.5;

/** Sizes that are less likely are not listed. */
const LEAST_PROBABILITY = 0.01;

/** All ways in which a container can have made the steps. */
function hypothesesOf(evidence: GrowthEvidence): Hypothesis[] {
  return [
    ...doublingHypotheses(evidence),
    ...hashTableHypotheses(evidence),
    ...fixedRowHypotheses(evidence),
    ...eighthHypotheses(evidence),
    ...listRuleHypotheses(evidence),
    ...factorHypotheses(evidence),
    ...constantHypotheses(evidence),
  ]
    .filter(
      ({ weight, elementBytes }) =>
        weight > 0 && (evidence.elementBytes ?? elementBytes) === elementBytes,
    )
    .map((one) => scaled(one, methodShare(one.container, one.elementBytes, evidence)));
}

/** Holds the longest end of a chain's growth for which there is any against all rules at once. */
export function growthEstimate(
  chain: GrowthChain,
  surroundings: Surroundings,
  facts: GivenFacts = {},
): GrowthEstimate {
  const { allocator, pageBytes, language } = surroundings;
  const requests = requestsOf(chain.steps, allocator, pageBytes);
  const growth = longestGrowth(chain);
  for (let { from } = growth; growth.to - from >= 2; from++) {
    const stretch = { from, to: growth.to };
    const evidence = {
      ...evidenceOf(chain, stretch, requests, language),
      elementBytes: facts.elementBytes?.value,
      elements: facts.elements,
      recordedSizes: facts.recorded?.flatMap(({ element }) =>
        element === undefined ? [] : [element.size.value, ...element.rivals],
      ),
    };
    const hypotheses = [
      ...(facts.recorded ?? []).flatMap((series) => recordedHypotheses(series, evidence, stretch)),
      ...hypothesesOf(evidence).map((one) => scaled(one, facts.recorded ? NOT_RECORDED : 1)),
    ]
      .filter((one) => fitsOthers(one, stretch, requests))
      .map((one) => scaled(one, likelihoodOf(one, facts, surroundings)));
    const sum = total(hypotheses);
    if (sum > 0) return estimateOf(hypotheses, sum, stretch, requests);
  }
  return {
    requests,
    stretch: { from: growth.to, to: growth.to },
    rule: undefined,
    ruleProbability: 0,
    origin: undefined,
    container: undefined,
    containerProbability: 0,
    blocks: requests.map(() => undefined),
    bytesProbability: 0,
    candidates: [],
    best: undefined,
  };
}

/** The blocks of a recording are known to the byte. */
function recordedHypotheses(
  series: RecordedSeries,
  evidence: GrowthEvidence,
  { from }: GrowthRun,
): Hypothesis[] {
  const requests = evidence.requests.map((request, i) => {
    const block = series.blocks[from + i];
    return block === undefined ? request : { least: block, most: block };
  });
  return hypothesesOf({ ...evidence, requests }).map((one) =>
    scaled(one, recordedLikelihood(series, one)),
  );
}

const scaled = (one: Hypothesis, factor: number): Hypothesis => ({
  ...one,
  weight: factor * one.weight,
  besides: factor * (one.besides ?? 0),
});

function likelihoodOf(
  one: Hypothesis,
  facts: GivenFacts,
  { allocator, pageBytes }: Surroundings,
): number {
  const { container, elements, resident } = likelihoods(one, facts, allocator, pageBytes);
  return container * elements * resident;
}

/** Where each block of a container is one of a few sizes, those before and after a stretch are, too. */
function fitsOthers(
  { rule, elementBytes }: Hypothesis,
  { from, to }: GrowthRun,
  requests: readonly ByteInterval[],
): boolean {
  if (rule !== 'hashbrown') return true;
  const { blockOf, capacityOf } = GROWTH_RULES[rule];
  return requests.every(({ least, most }, i) => {
    if (i >= from && i < to) return true;
    // The largest table that is not above the mapping.
    const buckets = 2 ** Math.floor(Math.log2(most / (elementBytes + 1)));
    const block = blockOf((buckets / 8) * 7, elementBytes)!;
    return capacityOf(block, elementBytes) !== undefined && block >= least && block <= most;
  });
}

const total = (hypotheses: readonly Hypothesis[]): number =>
  hypotheses.reduce((sum, { weight, besides = 0 }) => sum + weight + besides, 0);

/** Of the blocks that they name, without those that they stand for besides. */
const named = (hypotheses: readonly Hypothesis[]): number =>
  hypotheses.reduce((sum, { weight }) => sum + weight, 0);

function groupedBy<T, Key>(items: readonly T[], keyOf: (item: T) => Key): Map<Key, T[]> {
  const groups = new Map<Key, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** The member of the heaviest group, and that group's weight. */
function heaviest<Key>(
  hypotheses: readonly Hypothesis[],
  keyOf: (hypothesis: Hypothesis) => Key,
): { readonly key: Key; readonly members: readonly Hypothesis[]; readonly weight: number } {
  const groups = groupedBy(hypotheses, keyOf);
  let best: { key: Key; members: readonly Hypothesis[]; weight: number } | undefined;
  for (const [key, members] of groups) {
    const weight = named(members);
    if (weight > (best?.weight ?? 0)) best = { key, members, weight };
  }
  return best!;
}

function estimateOf(
  hypotheses: readonly Hypothesis[],
  sum: number,
  stretch: GrowthRun,
  requests: readonly ByteInterval[],
): GrowthEstimate {
  const candidates = candidatesOf(hypotheses, sum);
  const [first] = candidates;
  const ofFirst = hypotheses.filter(({ elementBytes }) => elementBytes === first?.elementBytes);
  // What is told of bytes and of elements comes from one way to have made the steps.
  const isToldSize = first !== undefined && first.probability >= LIKELY_SIZE;
  const lastBlock = ({ blocks }: Hypothesis) => blocks.at(-1)!;
  const bytes = heaviest(isToldSize ? ofFirst : hypotheses, lastBlock);
  const rule = heaviest(bytes.members, (hypothesis) => hypothesis.rule);
  const container = heaviest(bytes.members, (hypothesis) => hypothesis.container);
  const { blocks, origin } = heaviest(rule.members, (hypothesis) => hypothesis.origin).members[0]!;
  const withContainer = hypotheses.filter((one) => one.container === container.key);
  return {
    requests,
    stretch,
    rule: rule.key,
    ruleProbability: total(hypotheses.filter((one) => one.rule === rule.key)) / sum,
    origin,
    container: container.key,
    containerProbability: total(withContainer) / sum,
    blocks: requests.map((_, i) => blocks[i - stretch.from]),
    bytesProbability: named(hypotheses.filter((one) => lastBlock(one) === bytes.key)) / sum,
    candidates,
    best: ofFirst.length === 0 ? undefined : heaviest(ofFirst, lastBlock).members[0],
  };
}

function candidatesOf(hypotheses: readonly Hypothesis[], sum: number): ElementCandidate[] {
  const groups = groupedBy(hypotheses, ({ elementBytes }) => elementBytes);
  return [...groups]
    .map(([elementBytes, members]) => {
      const { rule, blocks } = heaviest(members, (member) => member.blocks.at(-1)!).members[0]!;
      const capacity = GROWTH_RULES[rule].capacityOf(blocks.at(-1)!, elementBytes);
      return { elementBytes, probability: total(members) / sum, capacity, bytes: blocks.at(-1)! };
    })
    .filter(({ probability }) => probability >= LEAST_PROBABILITY)
    .sort((a, b) => b.probability - a.probability);
}
