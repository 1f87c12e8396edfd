import type { GrowthSite } from '../../analysis/growth/from-heap/growth-sites.ts';
import type { Claim } from '../../model/claim.ts';
import { splitTop } from '../../model/split-top.ts';
import { TOPICS } from '../../results/topics.ts';
import { claimedBytes, claimedCount, insteadCells, savesCells } from '../growth-words.ts';
import { bytes, type Cell, captured, counted, type Fact, type Section } from '../report.ts';
import { placeWords, type StackStyle, shownName } from './stack-style.ts';

/** The first and the last steps of a long ladder say all; between them it only doubles. */
const SHOWN_RUNGS = 4;

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
  const { place, container, element, ladder, method, advice } = site;
  const name = place.name === undefined ? '(no name known)' : shownName(place.name, style);
  const facts: (Fact | undefined)[] = [
    { label: 'container', cells: [textOf(container.name)] },
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
      cells: ladderCells(ladder.map((rung) => rung.bytes)),
      topic: TOPICS.capacity,
    },
    {
      label: 'containers',
      cells: [
        claimedCount(site.containers),
        'grew in',
        claimedCount(site.steps),
        'steps',
        ...by(method),
      ],
      topic: TOPICS.growthRule,
    },
    {
      label: 'largest',
      cells: [
        claimedBytes(site.finalBytes),
        ...(site.finalElements ? ['=', claimedCount(site.finalElements), 'elements'] : []),
      ],
    },
    {
      label: 'copied',
      cells: [claimedBytes(site.copied), 'at most', ...remapped(site.remapped)],
      topic: TOPICS.remaps,
    },
    advice && { label: 'advice', cells: adviceCells(advice) },
  ];
  return {
    title: `Growing: ${name} at ${placeWords(place)}`,
    facts: facts.filter((fact) => fact !== undefined),
    notes: reasons(site).map((reason) => ['≈', captured(reason)]),
  };
}

function ladderCells(blocks: readonly number[]): Cell[] {
  const arrow = (shown: readonly number[]): Cell[] =>
    shown.flatMap((block, i) => (i === 0 ? [bytes(block)] : ['→', bytes(block)]));
  if (blocks.length <= 2 * SHOWN_RUNGS) return arrow(blocks);
  return [...arrow(blocks.slice(0, SHOWN_RUNGS)), '→ … →', ...arrow(blocks.slice(-2))];
}

function by(method: GrowthSite['method']): Cell[] {
  if (method === 'realloc') return ['with realloc'];
  return method === 'copy' ? ['into new blocks'] : [];
}

function remapped(value: number): Cell[] {
  return value > 0 ? ['of which', bytes(value), 'in blocks that the kernel can move by page'] : [];
}

function adviceCells(advice: NonNullable<GrowthSite['advice']>): Cell[] {
  if (advice.kind === 'grow-by-factor') {
    return ['grow by a factor, not by a constant; that saves most of the copies'];
  }
  const copies = ['up to', bytes(advice.savedCopies.value), 'of copies'];
  return [...insteadCells(advice), ...savesCells(advice, copies)];
}

/** Why the inferred figures are what they are, each reason once. */
function reasons(site: GrowthSite): string[] {
  const claims: [string, Claim<unknown> | undefined][] = [
    ['container', site.container.name],
    ['element size', site.element?.size],
    ['containers', site.containers],
    ['steps', site.steps],
    ['elements', site.finalElements],
    ['copied', site.copied],
  ];
  return claims.flatMap(([what, claim]) =>
    claim?.basis === 'inferred' ? [`${what}: ${claim.because}`] : [],
  );
}

const textOf = (claim: Claim<string>): Cell => captured(claim.value, claim.basis === 'inferred');
