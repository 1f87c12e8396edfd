import { splitTop } from '../../model/split-top.ts';
import { claimOf } from '../../results/claim.ts';
import type { GrowthResult } from '../../results/heap/growth-schema.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  claimedBytes,
  claimedCount,
  insteadCells,
  reasonNotes,
  savesCells,
} from '../growth-words.ts';
import { bytes, type Cell, captured, count, counted, type Fact, type Section } from '../report.ts';
import { placeWords, type StackStyle, shownName } from './stack-style.ts';

/** The first and the last steps of a long ladder say all; between them it only doubles. */
const SHOWN_BLOCKS = 4;

/** Places where containers grow: what they are, how far they grew, and what that cost. */
export function growthSections(
  sites: readonly GrowthResult[],
  style: StackStyle,
  top: number,
): Section[] {
  if (sites.length === 0) {
    return [{ title: 'Growing containers', notes: [['no site allocates in a growing series']] }];
  }
  const { shown, rest } = splitTop(sites, top);
  const sections = shown.map((site) => growthSection(site, style));
  if (rest.length > 0) {
    sections.push({
      notes: [[...counted(rest.length, 'other growing site'), 'which copied less']],
    });
  }
  return sections;
}

function growthSection(site: GrowthResult, style: StackStyle): Section {
  const { container, elementBytes, capacities, method, advice, largestElements } = site;
  const facts: (Fact | null)[] = [
    { label: 'container', cells: [captured(container.value, container.because !== null)] },
    elementBytes && {
      label: 'element size',
      cells: [
        claimedBytes(claimOf(elementBytes)),
        `(${elementBytes.certainty})`,
        ...(elementBytes.rivals.length > 0
          ? [captured(`also fits: ${elementBytes.rivals.slice(0, 6).join(', ')} B`)]
          : []),
      ],
    },
    {
      label: 'capacities',
      cells: blockCells(capacities.map((step) => step.bytes)),
      topic: TOPICS.capacity,
    },
    {
      label: 'containers',
      cells: [
        claimedCount(claimOf(site.containers)),
        'grew in',
        claimedCount(claimOf(site.steps)),
        'steps',
        ...by(method),
      ],
      topic: TOPICS.growthRule,
    },
    {
      label: 'largest',
      cells: [
        claimedBytes(claimOf(site.largestBytes)),
        ...(largestElements ? ['=', claimedCount(claimOf(largestElements)), 'elements'] : []),
      ],
    },
    {
      label: 'copied',
      cells: [claimedBytes(claimOf(site.copiedBytes)), 'at most', ...movable(site.remappedBytes)],
      topic: TOPICS.remaps,
    },
    advice && { label: 'advice', cells: adviceCells(advice) },
  ];
  return {
    title: `Growing: ${siteName(site, style)} at ${placeWords(site)}`,
    facts: facts.filter((fact) => fact !== null),
    notes: reasonNotes([
      ['container', claimOf(container)],
      ['element size', elementBytes ? claimOf(elementBytes) : undefined],
      ['containers', claimOf(site.containers)],
      ['steps', claimOf(site.steps)],
      ['elements', largestElements ? claimOf(largestElements) : undefined],
      ['copied', claimOf(site.copiedBytes)],
    ]),
  };
}

const siteName = ({ function: name }: GrowthResult, style: StackStyle): string =>
  name === null ? '(no name known)' : shownName(name, style);

function blockCells(blocks: readonly number[]): Cell[] {
  const arrow = (shown: readonly number[]): Cell[] =>
    shown.flatMap((block, i) => (i === 0 ? [bytes(block)] : ['→', bytes(block)]));
  if (blocks.length <= 2 * SHOWN_BLOCKS) return arrow(blocks);
  return [...arrow(blocks.slice(0, SHOWN_BLOCKS)), '→ … →', ...arrow(blocks.slice(-2))];
}

function by(method: GrowthResult['method']): Cell[] {
  if (method === 'realloc') return ['with realloc'];
  return method === 'copy' ? ['into new blocks'] : [];
}

function movable(value: number): Cell[] {
  return value > 0 ? ['of which', bytes(value), 'in blocks that the kernel can move by page'] : [];
}

export function adviceCells(result: NonNullable<GrowthResult['advice']>): Cell[] {
  if (result.kind === 'grow-by-factor') {
    return ['grow by a factor, not by a constant; that saves most of the copies'];
  }
  const { call, elements } = result;
  const advice = {
    ...result,
    call: call ?? undefined,
    elements: elements ? claimOf(elements) : undefined,
    block: { requested: result.bytes },
  };
  const copies = ['up to', bytes(result.savedCopiedBytes), 'of copies'];
  return [...insteadCells(advice), ...savesCells(advice, copies), ...priceCells(result.price)];
}

/** What it costs where others never become so large. */
function priceCells(price: NonNullable<GrowthResult['advice']>['price']): Cell[] {
  if (price === null) return [];
  const [who, verb] = price.containers === 1 ? ['container', 'reaches'] : ['containers', 'reach'];
  return [
    '·',
    count(price.containers),
    `${who} never ${verb} it and would take`,
    claimedBytes(claimOf(price.bytes)),
    'more',
  ];
}
