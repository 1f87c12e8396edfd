import type { GrowthAdvice, GrowthSite } from '../../analysis/heap/growth-sites.ts';
import type { StackFrame } from '../../analysis/heap/stacks.ts';
import { splitTop } from '../../analysis/top.ts';
import { formatAddress } from '../../model/address.ts';
import type { Claim } from '../../model/claim.ts';
import { bytes, type Cell, captured, count, type Fact, type Section } from '../report.ts';

/** Reasons are broken into lines of this many characters, so that a block stays within 80 columns. */
const REASON_COLUMNS = 62;

const NOTES = [['≈ follows from a rule; at most: a block is only copied as far as it was filled']];

/** A block of facts per site, the costliest first. */
export function growthSection(
  sites: readonly GrowthSite[],
  { frames }: { readonly frames: number /** Callers per site. */ },
): Section {
  if (sites.length === 0) {
    return { title: 'Where containers grow', notes: [['no container is seen to grow']] };
  }
  const blocks = sites.map((site) => siteFacts(site, frames));
  const facts = blocks.flatMap((block, i) => (i === 0 ? block : [BLANK, ...block]));
  return { title: 'Where containers grow', facts, notes: NOTES };
}

const BLANK: Fact = { label: '', cells: [] };

function siteFacts(site: GrowthSite, frames: number): Fact[] {
  return [
    { label: 'at', cells: placeCells(site.place) },
    ...callers(site, frames),
    ...containerFacts(site),
    ...elementFacts(site),
    { label: 'capacity', cells: capacityCells(site) },
    ...manyContainers(site),
    ...stepFacts(site),
    ...copiedFacts(site),
    { label: 'live', cells: liveCells(site) },
    ...adviceFacts(site),
  ];
}

function placeCells({ name, file, line, module, address }: StackFrame): Cell[] {
  const where = file === undefined ? (module ?? '?') : `${file}:${line}`;
  return [captured(name ?? formatAddress(address)), captured(where)];
}

function callers({ frames, place, stacks }: GrowthSite, limit: number): Fact[] {
  const { shown, rest } = splitTop(frames.slice(frames.indexOf(place) + 1), limit);
  const facts = shown.map((frame) => ({ label: '', cells: ['from', ...placeCells(frame)] }));
  if (rest.length > 0 && limit > 0) {
    const bottom = rest.at(-1)!.name ?? '?';
    facts.push({ label: '', cells: [captured(`… ${rest.length} more, to ${bottom}`)] });
  }
  if (stacks > 1) facts.push({ label: '', cells: ['reached by', count(stacks), 'call stacks'] });
  return facts;
}

function containerFacts({ container: { name }, elementType }: GrowthSite): Fact[] {
  const type = elementType === undefined ? [] : ['of', captured(elementType)];
  const how = name.basis === 'measured' ? ['(named in the stack)'] : [];
  const cells = [captured(name.value, name.basis === 'inferred'), ...type, ...how];
  return [{ label: 'container', cells }, ...reasonFacts(name)];
}

function elementFacts({ element }: GrowthSite): Fact[] {
  if (element === undefined) return [{ label: 'element', cells: ['size unknown'] }];
  const { size, certainty, rivals } = element;
  const others = rivals.length === 0 ? '' : `, or ${rivals.join(', ')}`;
  return [
    { label: 'element', cells: [bytesOf(size), `${certainty}${others}`] },
    ...reasonFacts(size),
  ];
}

function capacityCells({ ladder, finalBytes, finalElements, element }: GrowthSite): Cell[] {
  const elements = finalElements === undefined ? [] : ['=', countOf(finalElements), 'elements'];
  const doubt = element?.certainty === 'guess' ? ['if the guess is right'] : [];
  return [bytes(ladder[0]!.bytes), '→', bytesOf(finalBytes), ...elements, ...doubt];
}

/** Where several containers grew: how many, and where most of them ended. */
function manyContainers({ containers, ladder }: GrowthSite): Fact[] {
  if (containers.value < 2) return [];
  const most = ladder.reduce((best, rung) => (rung.ended > best.ended ? rung : best));
  const cells = [countOf(containers), 'in all;', count(most.ended), 'ended at', bytes(most.bytes)];
  return [{ label: 'containers', cells }];
}

const METHODS = { realloc: 'by realloc', copy: 'by copying', unknown: '' };

function stepFacts({ steps, method, seenSteps, otherSizes }: GrowthSite): Fact[] {
  const seen = seenSteps ? seenSteps.moved + seenSteps.copied : 0;
  const isPart = steps.basis === 'inferred' && seen > 0;
  const noun = steps.value === 1 ? 'step' : 'steps';
  const cells: Cell[] = [countOf(steps), [noun, METHODS[method]].join(' ').trim()];
  if (isPart) cells.push('of which', count(seen), 'stand in the recording');
  const facts: Fact[] = [{ label: 'growth', cells }];
  if (otherSizes.calls > 0) {
    facts.push({ label: '', cells: [count(otherSizes.calls), 'calls there have other sizes'] });
  }
  return facts;
}

function copiedFacts({ copied, remapped }: GrowthSite): Fact[] {
  const facts: Fact[] = [{ label: 'copied', cells: ['at most', bytesOf(copied)] }];
  if (remapped > 0) {
    const cells = ['of which', bytes(remapped, true), 'may have moved as whole pages'];
    facts.push({ label: '', cells });
  }
  return facts;
}

function liveCells({ peakBytes, liveBytes }: GrowthSite): Cell[] {
  return [bytes(peakBytes), 'at the peak,', bytes(liveBytes), 'at the end'];
}

function adviceFacts({ advice, containers }: GrowthSite): Fact[] {
  const { savedSteps, savedCopies } = advice;
  const noun = savedSteps === 1 ? 'reallocation' : 'reallocations';
  const cells = ['saves', count(savedSteps), noun, 'and copying at most', bytes(savedCopies, true)];
  return [
    { label: 'advice', cells: adviceCells(advice, containers.value > 1) },
    { label: '', cells },
  ];
}

function adviceCells(
  { kind, call, elements, bytes: block }: GrowthAdvice,
  areMany: boolean,
): Cell[] {
  if (kind === 'grow-by-factor') return ['grow by a factor, not by a constant amount'];
  if (elements === undefined) {
    return ['ask at first for', ...(areMany ? ['up to'] : []), bytes(block)];
  }
  const wanted = `${areMany ? 'up to ' : ''}${elements.value}`;
  const what = call === undefined ? `room for ${wanted} elements at first` : `${call}(${wanted})`;
  return [captured(what, elements.basis === 'inferred')];
}

const bytesOf = ({ value, basis }: Claim<number>): Cell => bytes(value, basis === 'inferred');

const countOf = ({ value, basis }: Claim<number>): Cell => ({
  kind: 'count',
  value,
  inferred: basis === 'inferred',
});

/** The reason of a claim in short lines; none where it was measured. */
function reasonFacts(claim: Claim<unknown>): Fact[] {
  if (claim.basis === 'measured') return [];
  const lines: string[] = [];
  let line = '';
  for (const word of `because ${claim.because}`.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > REASON_COLUMNS) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  // A type's name comes from the capture, so the reason may hold anything.
  return [...lines, line].map((text) => ({ label: '', cells: [captured(text)] }));
}
