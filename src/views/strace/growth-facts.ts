import type { GrownContainer } from '../../analysis/growth/from-log/grown-container.ts';
import { baseName } from '../../model/base-name.ts';
import type { Claim } from '../../model/claim.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  claimedBytes,
  claimedCount,
  insteadCells,
  knownCapacities,
  savesCells,
} from '../growth-words.ts';
import {
  bytes,
  type Cell,
  captured,
  count,
  counted,
  type Fact,
  percent,
  type Quantity,
} from '../report.ts';

export const claimed = (claim: Claim<number> | undefined): Quantity | undefined =>
  claim && claimedCount(claim);

export const approximate = (value: number | undefined): Quantity | undefined =>
  value === undefined ? undefined : { kind: 'count', value, inferred: true };

/** What is said of a container: bytes first, then the sizes that fit, then what growing cost. */
export function growthFacts(container: GrownContainer): Fact[] {
  const { chain, request, containers, estimate } = container;
  const last = estimate.requests[Math.max(0, estimate.stretch.to - 1)]!;
  return [
    {
      label: 'requested',
      cells: request
        ? [claimed(request.size), `bytes (${request.certainty})`, ...range(container)]
        : [count(last.least), 'to', count(last.most), 'bytes at last; no rule fits the steps'],
      topic: TOPICS.capacity,
    },
    ...elementFacts(container),
    ...codeFacts(container),
    ...costFacts(container),
    ...(containers.value > 1
      ? [{ label: 'times', cells: [count(containers.value), 'with the same lengths'] }]
      : []),
    ...(chain.endLine === undefined
      ? [{ label: 'end', cells: ['still mapped where the log ends'] }]
      : []),
  ];
}

function range({ estimate: { requests, stretch } }: GrownContainer): Cell[] {
  const { least, most } = requests[stretch.to - 1]!;
  return least === most ? [] : ['of', count(least), 'to', count(most), 'that fit'];
}

function codeFacts({ code }: GrownContainer): Fact[] {
  if (code === undefined) return [];
  const frames = code.frames.flatMap(({ name, module }, i): Cell[] => [
    ...(i > 0 ? ['←'] : []),
    captured(name ?? baseName(module)),
  ]);
  return [{ label: 'grown by', cells: [...frames, `(line ${code.line})`] }];
}

/** Sizes in a line; the others are in the JSON. */
const SIZES_IN_LINE = 4;

function elementFacts(container: GrownContainer): Fact[] {
  const { element } = container;
  const { candidates } = container.estimate;
  if (candidates.length === 0) return [];
  const sizes = candidates.slice(0, SIZES_IN_LINE).flatMap((candidate, i): Cell[] => {
    const share = percent(candidate.probability * 100);
    return [...(i > 0 ? ['·'] : []), approximate(candidate.elementBytes), share];
  });
  return [
    ...familyFacts(container),
    { label: 'element size', cells: sizes },
    ...(element === undefined
      ? []
      : [
          {
            label: 'capacity',
            cells: [
              ...[...new Set(knownCapacities(container).slice(-4))].flatMap(
                (capacity, i): Cell[] => [...(i > 0 ? ['→'] : []), approximate(capacity)],
              ),
              'elements of',
              claimed(element.size),
              'bytes',
            ],
            topic: TOPICS.growthRule,
          },
        ]),
  ];
}

/** Examples of a family of sizes. */
const EXAMPLES = 3;

/** What all likely sizes have in common; with examples where none of them is told. */
function familyFacts({ odd, element, estimate }: GrownContainer): Fact[] {
  if (odd === undefined) return [];
  const known = estimate.candidates.filter(({ capacity }) => capacity !== undefined);
  const examples = known
    .slice(0, EXAMPLES)
    .map(({ elementBytes, capacity }) => `${elementBytes} × ${capacity}`)
    .join(', ');
  const words =
    element === undefined && known.length > 0
      ? ['× a power of two:', captured(examples, true)]
      : ['× a power of two'];
  return [{ label: 'sizes that fit', cells: [count(odd), ...words] }];
}

function costFacts({ cost, chain, advice, slack }: GrownContainer): Fact[] {
  const { remaps, remappedBytes, copies, copiedBytes } = cost;
  const facts: Fact[] = [];
  if (remaps > 0) {
    const cells = [bytes(remappedBytes), 'by', ...counted(remaps, 'mremap'), 'without a copy'];
    facts.push({ label: 'moved', cells, topic: TOPICS.remaps });
  }
  if (copies > 0) {
    const cells = [bytes(copiedBytes.value, true), 'in', ...counted(copies, 'copy', 'copies')];
    const together = ['· up to', bytes(chain.peakTogether), 'mapped for old and new'];
    facts.push({ label: 'copied', cells: [...cells, ...together], topic: TOPICS.growthRule });
  }
  if (chain.leftHeap > 0) {
    const label = 'before';
    facts.push({
      label,
      cells: ['in the heap, which then shrank by', bytes(chain.leftHeap)],
      topic: TOPICS.mmapThreshold,
    });
  }
  if (slack) {
    const least = slack.isLeast ? ['at least'] : [];
    facts.push({
      label: 'slack',
      cells: [...least, claimed(slack.bytes), 'bytes of capacity'],
      topic: TOPICS.slackBytes,
    });
  }
  if (advice?.kind === 'grow-by-factor') {
    const { savedCopies } = advice;
    const copies = savedCopies.value > 0 ? [['up to', claimedBytes(savedCopies), 'of copies']] : [];
    const cells = ['grow by a factor, not by a constant amount:', ...savesCells(advice, ...copies)];
    facts.push({ label: 'advice', cells });
  } else if (advice) {
    const { savedCopies, savedSlack } = advice;
    const slackCells = savedSlack ? [[claimedBytes(savedSlack), 'that is mapped for nothing']] : [];
    const copies = savedCopies.value > 0 ? [[claimedBytes(savedCopies), 'of copies']] : [];
    const cells = [...insteadCells(advice), ...savesCells(advice, ...slackCells, ...copies)];
    facts.push({ label: 'advice', cells });
  }
  return facts;
}
