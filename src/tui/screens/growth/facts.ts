import type { GrowthSite } from '../../../analysis/growth/from-heap/growth-sites.ts';
import type { Growth, GrowthAdvice } from '../../../analysis/growth/growth.ts';
import type { ContainerStory } from '../../../analysis/story/container-story.ts';
import type { Claim } from '../../../model/claim.ts';
import {
  adviceCall,
  claimedBytes,
  copiedCells,
  movedCells,
  savesCells,
} from '../../../views/growth-words.ts';
import type { Cell } from '../../../views/report.ts';
import { escapeText } from '../../../views/text/escape.ts';
import { formatBytes, formatCell, type Units } from '../../../views/text/quantity.ts';
import type { Line } from '../../parts/line.ts';
import { wrapped } from '../../parts/wrapped.ts';

/** A container of the log, or a place of the recording where containers grow. */
export type Grown =
  | { readonly kind: 'chain'; readonly story: ContainerStory; readonly recorder: string }
  | { readonly kind: 'site'; readonly site: GrowthSite; readonly recorder: string };

export const because = (claim: Claim<unknown> | undefined): string | undefined =>
  claim?.basis === 'inferred' ? claim.because : undefined;

/** What is known of a container and why: each claim with its reason. */
export function knownLines(entry: Grown, columns: number, units: Units): Line[] {
  const fact = (label: string, text: string, reason: string | undefined): Line[] =>
    wrapped(
      `${label}: ${escapeText(text)}${reason === undefined ? '' : ` (${escapeText(reason)})`}`,
      columns,
    );
  const instead = (advice: GrowthAdvice | undefined, ...saved: Cell[][]): Line[] => {
    const call = advice && adviceCall(advice);
    if (advice === undefined || call === undefined) return [];
    return fact('instead', `${call} ${textOf(savesCells(advice, ...saved), units)}`, undefined);
  };
  if (entry.kind === 'site') {
    const { container, element, cost, method, place, advice } = entry.site;
    return [
      ...fact('container', container.value.name, because(container)),
      ...fact(
        'where',
        `${place.name ?? '?'}${place.file ? ` at ${place.file}:${place.line}` : ''}`,
        undefined,
      ),
      ...(element ? fact('element', `≈ ${element.size.value} bytes`, because(element.size)) : []),
      ...fact('grows by', method, because(cost.steps)),
      ...fact(
        'copied',
        `≈ ${formatBytes(cost.copiedBytes.value, units)}`,
        because(cost.copiedBytes),
      ),
      ...instead(advice),
    ];
  }
  const { grown, row, site } = entry.story;
  const { container, rule, element, cost, advice } = grown;
  return [
    ...(container ? fact('container', `≈ ${container.value.name}`, because(container)) : []),
    ...(rule ? fact('rule', rule.value.title, because(rule)) : []),
    ...(element ? fact('element', `≈ ${element.size.value} bytes`, because(element.size)) : []),
    ...(site
      ? fact(
          'where',
          `${site.place.name ?? '?'}${site.place.file ? ` at ${site.place.file}:${site.place.line}` : ''}`,
          `${entry.recorder} saw blocks of these sizes there`,
        )
      : []),
    ...(row && row.kind !== 'none'
      ? fact(
          'in the map',
          row.kind === 'own' ? 'a row of its own' : 'in a row with others',
          `line ${row.row.mapping.line}`,
        )
      : []),
    ...fact('cost', costWords(grown, units), undefined),
    ...(cost.copies + cost.remaps > 0 && advice?.savedSlack
      ? instead(advice, [claimedBytes(advice.savedSlack), 'of address space'])
      : []),
  ];
}

function costWords({ cost }: Growth, units: Units): string {
  const parts = [movedCells(cost), copiedCells(cost)].filter(({ length }) => length > 0);
  return parts.map((cells) => textOf(cells, units)).join('; ') || 'nothing was moved';
}

const textOf = (cells: readonly Cell[], units: Units): string =>
  cells.map((cell) => formatCell(cell, units)).join(' ');
