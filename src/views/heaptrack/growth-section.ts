import type { GrowthSite } from '../../analysis/growth/from-heap/growth-sites.ts';
import { splitTop } from '../../model/split-top.ts';
import { TOPICS } from '../../results/topics.ts';
import {
  claimedBytes,
  claimedCount,
  insteadCells,
  reasonNotes,
  savesCells,
} from '../growth-words.ts';
import { bytes, type Cell, captured, counted, type Fact, type Section } from '../report.ts';
import { placeWords, type StackStyle, shownName } from './stack-style.ts';

/** The first and the last blocks of a long series say all; between them it only doubles. */
const SHOWN_BLOCKS = 4;

/** Places where containers grow: what they are, how far they grew, and what that cost. */
export function growthSections(
  sites: readonly GrowthSite[],
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

function growthSection(site: GrowthSite, style: StackStyle): Section {
  const { place, container, element, blocks, method, capacity, cost, advice } = site;
  const name = place.name === undefined ? '(no name known)' : shownName(place.name, style);
  const facts: (Fact | undefined)[] = [
    { label: 'container', cells: [captured(container.value.name, container.basis === 'inferred')] },
    element && {
      label: 'element size',
      cells: [
        claimedBytes(element.size),
        `(${element.certainty})`,
        ...(element.rivals.length > 0
          ? [captured(`also fits: ${element.rivals.slice(0, 6).join(', ')} B`)]
          : []),
      ],
    },
    {
      label: 'capacities',
      cells: blockCells(blocks.map(({ requested }) => requested)),
      topic: TOPICS.capacity,
    },
    {
      label: 'containers',
      cells: [
        claimedCount(site.containers),
        'grew in',
        claimedCount(cost.steps),
        'steps',
        ...by(method),
      ],
      topic: TOPICS.growthRule,
    },
    {
      label: 'largest',
      cells: [
        bytes(blocks.at(-1)!.requested),
        ...(capacity ? ['=', claimedCount(capacity), 'elements'] : []),
      ],
    },
    {
      label: 'copied',
      cells: [claimedBytes(cost.copiedBytes), 'at most', ...movable(cost.movableBytes)],
      topic: TOPICS.remaps,
    },
    advice && { label: 'advice', cells: adviceCells(advice) },
  ];
  return {
    title: `Growing: ${name} at ${placeWords(place)}`,
    facts: facts.filter((fact) => fact !== undefined),
    notes: reasonNotes([
      ['container', container],
      ['element size', element?.size],
      ['containers', site.containers],
      ['steps', cost.steps],
      ['elements', capacity],
      ['copied', cost.copiedBytes],
    ]),
  };
}

function blockCells(blocks: readonly number[]): Cell[] {
  const arrow = (shown: readonly number[]): Cell[] =>
    shown.flatMap((block, i) => (i === 0 ? [bytes(block)] : ['→', bytes(block)]));
  if (blocks.length <= 2 * SHOWN_BLOCKS) return arrow(blocks);
  return [...arrow(blocks.slice(0, SHOWN_BLOCKS)), '→ … →', ...arrow(blocks.slice(-2))];
}

function by(method: GrowthSite['method']): Cell[] {
  if (method === 'realloc') return ['with realloc'];
  return method === 'copy' ? ['into new blocks'] : [];
}

function movable(value: number): Cell[] {
  return value > 0 ? ['of which', bytes(value), 'in blocks that the kernel can move by page'] : [];
}

function adviceCells(advice: NonNullable<GrowthSite['advice']>): Cell[] {
  if (advice.kind === 'grow-by-factor') {
    return ['grow by a factor, not by a constant; that saves most of the copies'];
  }
  const copies = ['up to', bytes(advice.savedCopies.value), 'of copies'];
  return [...insteadCells(advice), ...savesCells(advice, copies)];
}
