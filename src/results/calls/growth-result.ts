import type { GrowthFindings } from '../../analysis/growth/from-log/findings.ts';
import type { GrownContainer } from '../../analysis/growth/from-log/grown-container.ts';
import { headerOf } from '../../analysis/growth/growth.ts';
import { formatAddress } from '../../model/address.ts';
import { pagesOf } from '../../model/bytes.ts';
import { type Claim, mapClaim } from '../../model/claim.ts';
import { claimResult } from '../claim.ts';
import type { GrowthResult } from './growth-schema.ts';

/** In tenths. */
const percentOf = (share: number): number => Math.round(1000 * share) / 10;

const orNull = <Value>(value: Claim<Value> | undefined) => (value ? claimResult(value) : null);

function container(grown: GrownContainer, pageBytes: number): GrowthResult['containers'][number] {
  const { chain, estimate, request, element, cost, advice, blocks, slack, code } = grown;
  return {
    times: grown.containers.value,
    contradicted: grown.conflicts.length > 0,
    conflicts: grown.conflicts.map(({ fact, because }) => ({ fact, because })),
    allocator: grown.allocator.id,
    headerNote: grown.allocator.headerWords ?? null,
    container: orNull(grown.container && mapClaim(grown.container, ({ name }) => name)),
    containerPercent: percentOf(estimate.containerProbability),
    rule: orNull(grown.rule && mapClaim(grown.rule, ({ title }) => title)),
    rulePercent: percentOf(estimate.ruleProbability),
    origin: estimate.origin ?? null,
    requested: request ? { ...claimResult(request.size), certainty: request.certainty } : null,
    oddPart: grown.odd ?? null,
    elementBytes: orNull(element?.size),
    candidates: estimate.candidates.map(({ elementBytes, probability, capacity, bytes }) => ({
      elementBytes,
      percent: percentOf(probability),
      capacity: capacity ?? null,
      requestedBytes: bytes,
    })),
    peakMappedBytes: chain.peak,
    steps: chain.steps.map((step, i) => ({
      kind: step.kind,
      line: step.line,
      seconds: step.time ?? null,
      address: formatAddress(step.start),
      elements: blocks[i]!.capacity ?? null,
      requestedBytes: blocks[i]!.requested ?? null,
      fitting: {
        leastBytes: estimate.requests[i]!.least,
        mostBytes: estimate.requests[i]!.most,
      },
      headerBytes: headerOf(blocks[i]!) ?? null,
      mappedBytes: step.mapped,
      mappedPages: pagesOf(step.mapped, pageBytes),
    })),
    stepCount: chain.stepCount,
    omittedSteps: chain.omitted,
    endLine: chain.endLine ?? null,
    leftHeapBytes: chain.leftHeap,
    cost: {
      remaps: cost.remaps,
      remappedBytes: cost.remappedBytes,
      copies: cost.copies,
      copiedBytes: claimResult(cost.copiedBytes),
      peakTogetherBytes: chain.peakTogether,
    },
    grownBy: code
      ? {
          line: code.line,
          frames: code.frames.map(({ name, module }) => ({ function: name ?? null, module })),
        }
      : null,
    slack: slack ? { ...claimResult(slack.bytes), isLeast: slack.isLeast } : null,
    advice: advice
      ? {
          kind: advice.kind,
          call: advice.call ?? null,
          elements: orNull(advice.elements),
          savedSteps: advice.savedSteps,
          savedCopiedBytes: claimResult(advice.savedCopies),
          savedSlackBytes: orNull(advice.savedSlack),
        }
      : null,
  };
}

export function growthResult(growth: GrowthFindings): GrowthResult {
  return {
    language: growth.language ?? null,
    containers: growth.containers.map((one) => container(one, growth.pageBytes)),
    notKept: growth.notKept,
    oneShots: {
      count: growth.oneShots.count,
      bytes: growth.oneShots.bytes,
      largest: growth.oneShots.largest.map(({ line, mapped, requested }) => ({
        line,
        mappedBytes: mapped,
        fitting: { leastBytes: requested.least, mostBytes: requested.most },
      })),
    },
  };
}
