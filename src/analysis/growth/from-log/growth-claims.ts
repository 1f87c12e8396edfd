import type { Language } from '../../../knowledge/containers.ts';
import { typicalTypes } from '../../../knowledge/element-sizes.ts';
import { GROWTH_RULES, type GrowthRuleId } from '../../../knowledge/growth-rules.ts';
import { type Bytes, pagesOf } from '../../../model/bytes.ts';
import { type Claim, inferred } from '../../../model/claim.ts';
import { type ElementCandidate, type GrowthEstimate, toldSize } from '../estimate/estimate.ts';
import type { GivenFacts } from '../estimate/given-facts.ts';
import type { Certainty, ElementSize, Growth } from '../growth.ts';
import type { GrowthChain, GrowthStep } from './growth-chain.ts';

/** Bytes that were asked for, as the lengths of mappings tell them. */
export interface RequestClaim {
  readonly size: Claim<Bytes>;
  readonly certainty: Certainty;
}

/** What is said of a container, and why. */
export interface GrowthClaims extends Pick<Growth, 'container' | 'rule' | 'element'> {
  /** The request behind the last step of growth; undefined where the steps follow no rule. */
  readonly request: RequestClaim | undefined;
  /** The odd number of which all likely element sizes are multiples by a power of two. */
  readonly odd: Bytes | undefined;
}

const NOTHING: GrowthClaims = {
  request: undefined,
  rule: undefined,
  container: undefined,
  odd: undefined,
  element: undefined,
};

export function growthClaims(
  chain: GrowthChain,
  estimate: GrowthEstimate,
  witness: GivenFacts,
  pageBytes: Bytes,
  language: Language | undefined,
): GrowthClaims {
  const { rule, container, stretch, containerProbability } = estimate;
  if (rule === undefined || container === undefined) return NOTHING;
  const steps = chain.steps.slice(stretch.from, stretch.to);
  const ruleReason = `${steps.length} mappings fit: it ${GROWTH_RULES[rule].title}`;
  const share = percent(containerProbability);
  return {
    request: requestClaim(estimate, steps, pageBytes),
    rule: inferred(GROWTH_RULES[rule], ruleReason),
    container: inferred(container, `${share}: its rule fits${programWords(language)}`),
    odd: oddOf(estimate.candidates),
    element: elementOf(estimate, witness, language),
  };
}

const PROGRAMS: Readonly<Record<Language, string>> = {
  rust: 'of a Rust program',
  python: 'of Python',
  'c++': 'of a C++ program',
  c: 'of neither Rust nor Python',
};

const programWords = (language: Language | undefined): string =>
  language === undefined ? '' : `, and the calls are those ${PROGRAMS[language]}`;

const because = (claim: Claim<unknown>): string =>
  claim.basis === 'inferred' ? claim.because : 'measured';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** Rules by which many rows of blocks have the same lengths, unless these are whole pages. */
const ROUGH_RULES: ReadonlySet<GrowthRuleId> = new Set([
  'double',
  'half-again',
  'quarter-again',
  'constant',
  'python-bytearray',
]);

/** By chance half of all lengths go from p pages to 2p − 1: what is called certain is so nearly always. */
const SURE = 0.99;

function requestClaim(
  estimate: GrowthEstimate,
  growth: readonly GrowthStep[],
  pageBytes: Bytes,
): RequestClaim {
  const { blocks, stretch, rule, bytesProbability, requests } = estimate;
  const pages = growth.map(({ mapped }) => pagesOf(mapped, pageBytes));
  const last = blocks[stretch.to - 1]!;
  const steps = pages.length - 1;
  const isTwiceLessOne = pages.every((count, i) => i === 0 || count === 2 * pages[i - 1]! - 1);
  const isWholePages = isTwiceLessOne && last % pageBytes === 0;
  if (rule === 'double' && isWholePages && bytesProbability > 0.5) {
    const because = `pages went ${pages.slice(-4).join(' → ')}, twice less one, as only whole pages of data do`;
    const isSure = steps >= 2 && bytesProbability > SURE;
    return { size: inferred(last, because), certainty: isSure ? 'certain' : 'likely' };
  }
  const { least, most } = requests[stretch.to - 1]!;
  // A doubled capacity that is no whole page is only known to a few thousand bytes.
  const isRough = ROUGH_RULES.has(rule!) || estimate.origin === 'chosen';
  let certainty: Certainty = isRough || bytesProbability < 0.5 ? 'guess' : 'likely';
  if (least === most || (!isRough && bytesProbability > SURE)) certainty = 'certain';
  const because =
    least === most
      ? 'the allocator asks for the length to the byte'
      : `${percent(bytesProbability)} of what fits the lengths of ${pages.length} mappings`;
  return { size: inferred(last, because), certainty };
}

/** From here on a size is taken for certain, or for likely. */
const CERTAIN_SIZE = 0.99;
const SAFE_SIZE = 0.9;

/** Undefined where another size is about as likely: then the family is told, and bytes. */
function elementOf(
  estimate: GrowthEstimate,
  facts: GivenFacts,
  language: Language | undefined,
): ElementSize | undefined {
  const size = toldSize(estimate);
  const [best, ...others] = estimate.candidates;
  if (size === undefined || best === undefined) return undefined;
  const { probability } = best;
  const likely = probability >= SAFE_SIZE ? 'likely' : 'guess';
  return {
    size: sizeClaim(estimate, size, facts, language),
    certainty: probability >= CERTAIN_SIZE ? 'certain' : likely,
    rivals: others.map(({ elementBytes }) => elementBytes),
  };
}

/** What the other sizes may weigh together where only one is said to fit. */
const NEXT_TO_NOTHING = 0.01;

function sizeClaim(
  { rule, blocks, stretch, candidates: [best, ...others] }: GrowthEstimate,
  size: Bytes,
  { elementBytes, elements, resident, recorded }: GivenFacts,
  language: Language | undefined,
): Claim<Bytes> {
  if (elementBytes !== undefined) return elementBytes;
  const series = recorded?.find(({ element }) => element?.size.value === size);
  if (series !== undefined) return inferred(size, series.because);
  const { capacity, probability } = best!;
  if (elements !== undefined && capacity !== undefined) {
    const isOnly = others.reduce((sum, one) => sum + one.probability, 0) < NEXT_TO_NOTHING;
    const which = isOnly ? `only with ${size}` : `likeliest with ${size}`;
    const pages =
      resident === undefined ? '' : `; ${resident.value} bytes are resident: ${because(resident)}`;
    return inferred(
      size,
      `of the sizes that fit, ${which} do ${elements} elements fit into the capacity (${capacity}) and not into the one before${pages}`,
    );
  }
  if (rule === 'hashbrown') {
    const block = blocks[stretch.to - 1]!;
    const buckets = Math.round((block - 16) / (size + 1));
    return inferred(size, `a table has ${size} + 1 bytes for each of ${buckets} buckets, and 16`);
  }
  if (others.length === 0) return inferred(size, 'no other size fits the lengths of all mappings');
  const types = typicalTypes(size, language === 'rust' || language === undefined);
  const like = types === undefined ? '' : ` (${types})`;
  return inferred(size, `the likeliest of the sizes that fit, ${percent(probability)}${like}`);
}

/** This much of the probability must share an odd part before a family is named. */
const FAMILY_SHARE = 0.9;

/** The odd part that nearly all likely sizes share; undefined where they do not. */
function oddOf(candidates: readonly ElementCandidate[]): Bytes | undefined {
  const [best] = candidates;
  if (best === undefined || candidates.length === 1) return undefined;
  const odd = oddPart(best.elementBytes);
  const family = candidates.filter(({ elementBytes }) => oddPart(elementBytes) === odd);
  const share = family.reduce((sum, { probability }) => sum + probability, 0);
  return share >= FAMILY_SHARE ? odd : undefined;
}

function oddPart(value: number): number {
  let odd = value;
  while (odd % 2 === 0 && odd > 0) odd /= 2;
  return odd;
}
