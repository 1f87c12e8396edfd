import type { GrowthFindings } from '../../analysis/growth/from-log/findings.ts';
import type { GrownContainer } from '../../analysis/growth/from-log/grown-container.ts';
import type { GrowthStepKind } from '../../analysis/growth/from-log/growth-chain.ts';
import { headerOf } from '../../analysis/growth/growth.ts';
import { pagesOf } from '../../model/bytes.ts';
import type { CaptureLine } from '../../model/capture-info.ts';
import { splitTop } from '../../model/split-top.ts';
import type { TopicId } from '../../model/topic.ts';
import { TOPICS } from '../../results/topics.ts';
import { knownCapacities, reasonNotes } from '../growth-words.ts';
import {
  bytes,
  type Cell,
  type Column,
  captured,
  count,
  counted,
  left,
  type Row,
  right,
  type Section,
  seconds,
} from '../report.ts';
import { approximate, claimed, growthFacts } from './growth-facts.ts';

export interface GrowthStyle {
  /** How many containers are listed. */
  readonly top: number;
  /** All of these are told in full, not only the largest. */
  readonly details: boolean;
  readonly hasClock: boolean;
  /** Where the log says of a step, for those who can look at it. */
  inLog?(line: number): CaptureLine | undefined;
}

interface ContainerStyle extends GrowthStyle {
  readonly pageBytes: number;
}

/** Containers that outgrew their blocks: bytes first, then the sizes that fit, then the guess. */
export function growthSections(growth: GrowthFindings, style: GrowthStyle): Section[] {
  const { containers, notKept, oneShots, pageBytes } = growth;
  const { shown, rest } = splitTop(containers, style.top);
  const full = style.details ? shown : shown.slice(0, 1);
  const others = rest.reduce((sum, { containers }) => sum + containers.value, notKept);
  return [
    ...(containers.length > 1 ? [overview(shown, others)] : []),
    ...full.flatMap((one) => containerSections(one, { ...style, pageBytes })),
    ...headerNotes(full),
    ...oneShotSection(oneShots, style),
  ];
}

/** Buffers that never changed their length: their bytes, and no guess at what they held. */
function oneShotSection(
  oneShots: GrowthFindings['oneShots'],
  { top, details }: GrowthStyle,
): Section[] {
  if (oneShots.count === 0) return [];
  const sum: Cell[] = [
    ...counted(oneShots.count, 'buffer with a mapping', 'buffers with mappings'),
    'of their own, never resized ·',
    bytes(oneShots.bytes),
    'in all',
  ];
  if (!details) return [{ notes: [sum], topics: [TOPICS.mmapThreshold] }];
  const rows = splitTop(oneShots.largest, top).shown.map(({ line, mapped, requested }): Row => {
    const { least, most } = requested;
    return {
      cells: [count(line), count(least), count(most), count(pagesOf(mapped)), count(mapped)],
    };
  });
  const columns = ['line', 'bytes from', 'to', '→ pages', '→ mapped'].map((title) => right(title));
  return [
    {
      title: 'One-shot buffers',
      table: { columns, rows },
      notes: [sum],
      topics: [TOPICS.mmapThreshold, TOPICS.mappedPages],
    },
  ];
}

function overview(shown: readonly GrownContainer[], others: number): Section {
  const rows = shown.map((one): Row => {
    const { chain, container, element, cost } = one;
    const steps = knownCapacities(one);
    return {
      cells: [
        count(chain.steps[0]!.line),
        count(one.containers.value),
        bytes(chain.peak),
        count(cost.steps.value),
        container && captured(container.value.name, true),
        claimed(element?.size),
        approximate(steps.length > 0 ? Math.max(...steps) : undefined),
      ],
    };
  });
  return {
    title: 'Containers that grew',
    table: {
      columns: [
        right('from line'),
        right('times'),
        right('mapped'),
        right('steps'),
        left('container'),
        right('element'),
        right('capacity', TOPICS.capacity),
      ],
      rows,
    },
    topics: [TOPICS.container],
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
  const { chain, container: kind } = container;
  const what = kind === undefined ? 'a buffer' : `≈ ${kind.value.name}`;
  return [
    {
      title: `Growth: ${what}, line ${chain.steps[0]!.line} to ${chain.endLine ?? chain.last.line}`,
      facts: growthFacts(container),
      table: stepTable(container, style),
      notes: reasons(container),
      topics: [TOPICS.container],
    },
  ];
}

/** Steps of a container that is not told in full. */
const SHOWN_STEPS = 8;

const STEP_WORDS: Readonly<Record<GrowthStepKind, string>> = {
  mapped: 'mmap made it',
  found: 'the log begins after it was made',
  resized: 'mremap made it longer where it lay',
  moved: 'mremap gave it another address; no byte was copied',
  copied: 'a new mapping was made, and the old one unmapped: bytes were copied in between',
};

const STEP_TOPICS: Partial<Record<GrowthStepKind, TopicId>> = {
  resized: TOPICS.remaps,
  moved: TOPICS.remaps,
  copied: TOPICS.growthRule,
};

function stepTable(container: GrownContainer, style: ContainerStyle) {
  const { hasClock, details, pageBytes } = style;
  const { chain, estimate, blocks } = container;
  const { steps, omitted } = chain;
  const columns: Column[] = [
    right('line'),
    ...(hasClock ? [right('time')] : []),
    left('step'),
    right('elements'),
    right('bytes'),
    right('+ header', TOPICS.headerBytes),
    right('→ pages', TOPICS.mappedPages),
    right('→ mapped'),
  ];
  const end = details ? steps.length : SHOWN_STEPS / 2;
  const isShown = (i: number) =>
    steps.length <= SHOWN_STEPS + 1 || i < end || i >= steps.length - end;
  const hidden = omitted + steps.filter((_, i) => !isShown(i)).length;
  const rows = steps.flatMap((step, i): Row[] => {
    if (!isShown(i)) return [];
    const block = blocks[i]!;
    const { least, most } = estimate.requests[i]!;
    const header = headerOf(block);
    const row: Row = {
      cells: [
        count(step.line),
        ...(hasClock ? [step.time === undefined ? undefined : seconds(step.time)] : []),
        step.kind,
        approximate(block.capacity),
        block.requested === undefined ? `${least}…${most}` : approximate(block.requested),
        header === undefined ? undefined : count(header),
        count(pagesOf(step.mapped, pageBytes)),
        count(step.mapped),
      ],
      topic: STEP_TOPICS[step.kind],
      because: [`${STEP_WORDS[step.kind]}; ${least} to ${most} bytes have this mapping`],
      place: style.inLog?.(step.line),
      bar: { from: 0, to: step.mapped, series: 1 },
    };
    // What is left out lies in the middle.
    const isBehindGap = hidden > 0 && i === (details ? steps.length >> 1 : steps.length - end);
    return isBehindGap ? [{ cells: [undefined, `${hidden} others`] }, row] : [row];
  });
  return { columns, rows };
}

/** Why the inferred figures are what they are. */
function reasons(grown: GrownContainer): Cell[][] {
  return [
    ...grown.conflicts.map(({ because }): Cell[] => [captured(`left out of account: ${because}`)]),
    ...reasonNotes([
      ['container', grown.container],
      ['rule', grown.rule],
      ['bytes', grown.request?.size],
      ['element size', grown.element?.size],
      ['slack', grown.slack?.bytes],
    ]),
  ];
}
