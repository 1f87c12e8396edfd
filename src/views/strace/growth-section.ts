import type { GrownContainer, GrowthFindings } from '../../analysis/growth-chains/findings.ts';
import { splitTop } from '../../analysis/top.ts';
import { pagesOf } from '../../model/bytes.ts';
import type { Claim } from '../../model/claim.ts';
import {
  bytes,
  type Cell,
  type Column,
  captured,
  count,
  counted,
  type Fact,
  percent,
  type Quantity,
  type Row,
  type Section,
  seconds,
} from '../report.ts';

export interface GrowthStyle {
  /** How many containers are listed. */
  readonly top: number;
  /** All of these are told in full, not only the largest. */
  readonly details: boolean;
  readonly hasClock: boolean;
}

interface ContainerStyle extends GrowthStyle {
  readonly pageBytes: number;
}

/** Containers that outgrew their blocks: bytes first, then the sizes that fit, then the guess. */
export function growthSections(growth: GrowthFindings, style: GrowthStyle): Section[] {
  const { containers, notKept, oneShots, pageBytes } = growth;
  const { shown, rest } = splitTop(containers, style.top);
  const full = style.details ? shown : shown.slice(0, 1);
  const others = rest.reduce((sum, one) => sum + one.count, notKept);
  return [
    ...(containers.length > 1 ? [overview(shown, others)] : []),
    ...full.flatMap((one) => containerSections(one, { ...style, pageBytes })),
    ...headerNotes(full),
    ...(oneShots.count > 0
      ? [
          {
            notes: [
              [
                ...counted(oneShots.count, 'buffer'),
                'in a mapping of its own, never resized ·',
                bytes(oneShots.bytes),
                'in all',
              ],
            ],
          },
        ]
      : []),
  ];
}

const claimed = (claim: Claim<number> | undefined): Quantity | undefined =>
  claim && { kind: 'count', value: claim.value, inferred: claim.basis === 'inferred' };

const approximate = (value: number | undefined): Quantity | undefined =>
  value === undefined ? undefined : { kind: 'count', value, inferred: true };

function overview(shown: readonly GrownContainer[], others: number): Section {
  const rows = shown.map((one): Row => {
    const { chain, claims, capacities } = one;
    return {
      cells: [
        count(chain.steps[0]!.line),
        count(one.count),
        bytes(chain.peak),
        count(chain.stepCount - 1),
        claims.container && captured(claims.container.value, true),
        claimed(claims.element),
        approximate(Math.max(...capacities.map((capacity) => capacity ?? 0)) || undefined),
      ],
    };
  });
  return {
    title: 'Containers that grew',
    table: {
      columns: [
        { title: 'from line', align: 'right' },
        { title: 'times', align: 'right' },
        { title: 'mapped', align: 'right' },
        { title: 'steps', align: 'right' },
        { title: 'container', align: 'left' },
        { title: 'element', align: 'right' },
        { title: 'capacity', align: 'right' },
      ],
      rows,
    },
    ...(others > 0 ? { notes: [[...counted(others, 'smaller one'), 'grew as well']] } : {}),
  };
}

/** What the header is, once. */
function headerNotes(containers: readonly GrownContainer[]): Section[] {
  const words = new Set(containers.flatMap(({ allocator }) => allocator.headerWords ?? []));
  const notes = [...words].map((text) => [`header: ${text}`]);
  return notes.length > 0 ? [{ notes }] : [];
}

function containerSections(container: GrownContainer, style: ContainerStyle): Section[] {
  const { chain, claims } = container;
  const what = claims.container === undefined ? 'a buffer' : `≈ ${claims.container.value}`;
  return [
    {
      title: `Growth: ${what}, line ${chain.steps[0]!.line} to ${chain.endLine ?? chain.last.line}`,
      facts: facts(container),
      table: stepTable(container, style),
      notes: reasons(container),
    },
  ];
}

function facts(container: GrownContainer): Fact[] {
  const { chain, claims, count: times, estimate } = container;
  const { bytes: request } = claims;
  const last = estimate.requests[Math.max(0, estimate.stretch.to - 1)]!;
  return [
    {
      label: 'requested',
      cells: request
        ? [claimed(request.size), `bytes (${request.certainty})`, ...range(container)]
        : [count(last.least), 'to', count(last.most), 'bytes at last; no rule fits the steps'],
    },
    ...elementFacts(container),
    ...costFacts(container),
    ...(times > 1 ? [{ label: 'times', cells: [count(times), 'with the same lengths'] }] : []),
    ...(chain.endLine === undefined
      ? [{ label: 'end', cells: ['still mapped where the log ends'] }]
      : []),
  ];
}

function range({ estimate: { requests, stretch } }: GrownContainer): Cell[] {
  const { least, most } = requests[stretch.to - 1]!;
  return least === most ? [] : ['of', count(least), 'to', count(most), 'that have this mapping'];
}

/** Sizes in a line; the others are in the JSON. */
const SIZES_IN_LINE = 4;

function elementFacts({ estimate, claims, capacities }: GrownContainer): Fact[] {
  const { candidates } = estimate;
  if (candidates.length === 0) return [];
  const sizes = candidates.slice(0, SIZES_IN_LINE).flatMap((candidate, i): Cell[] => {
    const share = percent(candidate.probability * 100);
    return [...(i > 0 ? ['·'] : []), approximate(candidate.elementBytes), share];
  });
  const family: Fact[] =
    claims.odd === undefined
      ? []
      : [{ label: 'sizes that fit', cells: [count(claims.odd), '× a power of two'] }];
  const known = capacities.filter((capacity) => capacity !== undefined);
  return [
    ...family,
    { label: 'element size', cells: sizes },
    {
      label: 'capacity',
      cells: [
        ...[...new Set(known.slice(-4))].flatMap((capacity, i): Cell[] => [
          ...(i > 0 ? ['→'] : []),
          approximate(capacity),
        ]),
        'elements of',
        claimed(claims.element),
        'bytes',
      ],
    },
  ];
}

function costFacts({ cost, chain, advice, slack }: GrownContainer): Fact[] {
  const { remaps, remappedBytes, copies, copiedBytes } = cost;
  const facts: Fact[] = [];
  if (remaps > 0) {
    const cells = [bytes(remappedBytes), 'by', ...counted(remaps, 'mremap'), 'without a copy'];
    facts.push({ label: 'moved', cells });
  }
  if (copies > 0) {
    const cells = [bytes(copiedBytes.value, true), 'in', ...counted(copies, 'copy', 'copies')];
    const together = ['· up to', bytes(chain.peakTogether), 'mapped for old and new'];
    facts.push({ label: 'copied', cells: [...cells, ...together] });
  }
  if (chain.leftHeap > 0) {
    const label = 'before';
    facts.push({ label, cells: ['in the heap, which then shrank by', bytes(chain.leftHeap)] });
  }
  if (slack) {
    const least = slack.isLeast ? ['at least'] : [];
    facts.push({ label: 'slack', cells: [...least, claimed(slack.bytes), 'bytes of capacity'] });
  }
  if (advice) {
    const { call, elements, savedSteps, savedCopies, savedSlack } = advice;
    facts.push({
      label: 'advice',
      cells: [
        call === undefined ? 'asking for' : captured(`${call}(${elements.value})`, true),
        ...(call === undefined ? [claimed(elements), 'elements at once'] : []),
        'saves',
        ...counted(savedSteps, 'step'),
        'and',
        bytes(savedSlack.value, true),
        'that is mapped for nothing',
        ...(savedCopies.value > 0 ? ['and', bytes(savedCopies.value, true), 'of copies'] : []),
      ],
    });
  }
  return facts;
}

/** Steps of a container that is not told in full. */
const SHOWN_STEPS = 8;

function stepTable(container: GrownContainer, { hasClock, details, pageBytes }: ContainerStyle) {
  const { chain, estimate, capacities } = container;
  const { steps, omitted } = chain;
  const columns: Column[] = [
    { title: 'line', align: 'right' },
    ...(hasClock ? [{ title: 'time', align: 'right' } as const] : []),
    { title: 'step', align: 'left' },
    { title: 'elements', align: 'right' },
    { title: 'bytes', align: 'right' },
    { title: '+ header', align: 'right' },
    { title: '→ pages', align: 'right' },
    { title: '→ mapped', align: 'right' },
  ];
  const end = details ? steps.length : SHOWN_STEPS / 2;
  const isShown = (i: number) =>
    steps.length <= SHOWN_STEPS + 1 || i < end || i >= steps.length - end;
  const hidden = omitted + steps.filter((_, i) => !isShown(i)).length;
  const rows = steps.flatMap((step, i): Row[] => {
    if (!isShown(i)) return [];
    const block = estimate.blocks[i];
    const { least, most } = estimate.requests[i]!;
    const header = block === undefined ? undefined : container.headers[i];
    const row: Row = {
      cells: [
        count(step.line),
        ...(hasClock ? [step.time === undefined ? undefined : seconds(step.time)] : []),
        step.kind,
        approximate(capacities[i]),
        block === undefined ? `${least}…${most}` : approximate(block),
        header === undefined ? undefined : count(header),
        count(pagesOf(step.mapped, pageBytes)),
        count(step.mapped),
      ],
    };
    // What is left out lies in the middle.
    const isBehindGap = hidden > 0 && i === (details ? steps.length >> 1 : steps.length - end);
    return isBehindGap ? [{ cells: [undefined, `${hidden} others`] }, row] : [row];
  });
  return { columns, rows };
}

/** Why the inferred figures are what they are. */
function reasons({ claims, slack }: GrownContainer): Cell[][] {
  const all: [string, Claim<unknown> | undefined][] = [
    ['container', claims.container],
    ['rule', claims.rule],
    ['bytes', claims.bytes?.size],
    ['element size', claims.element],
    ['slack', slack?.bytes],
  ];
  return all.flatMap(([what, claim]) =>
    claim?.basis === 'inferred' ? [['≈', captured(`${what}: ${claim.because}`)]] : [],
  );
}
