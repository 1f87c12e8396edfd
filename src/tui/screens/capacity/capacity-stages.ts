/** From the length of a container to the pages in RAM, a stage each, with the reason of its number. */
import { blockParts } from '../../../analysis/growth/forward/block-parts.ts';
import type { CapacityAccount } from '../../../analysis/growth/forward/capacity-account.ts';
import { pagesOf } from '../../../model/bytes.ts';
import { TOPICS } from '../../../results/topics.ts';
import { adviceCall } from '../../../views/growth-words.ts';
import { counted } from '../../../views/report.ts';
import { formatBytes } from '../../../views/text/quantity.ts';
import { blockStages, lengthStage } from './block-stages.ts';
import { placeStages } from './place-stages.ts';
import { type Found, plain, type Stage } from './stage.ts';

export function stagesOf(account: CapacityAccount, found: Found): Stage[] {
  const parts = blockParts(account);
  const { block } = account;
  if (parts === undefined || block === undefined) return [emptyStage(account)];
  return [
    lengthStage(account, found),
    ...blockStages(account, parts, block),
    ...placeStages(account, block, found),
    ...adviceStages(account),
    ...pushStages(account),
  ];
}

const emptyStage = ({ findings }: CapacityAccount): Stage => ({
  label: 'length',
  formula: plain(...counted(findings.query.length, 'element')),
  bytes: undefined,
  why: 'nothing is allocated: a push beyond what it holds in itself makes the first block',
  topic: TOPICS.capacity,
});

function adviceStages({ findings, total }: CapacityAccount): Stage[] {
  const { advice, query } = findings;
  const taken = advice?.block.placement?.bytes;
  const call = advice && adviceCall(advice);
  if (call === undefined || taken === undefined || taken >= total) return [];
  const { placement } = advice!.block;
  const size = formatBytes(total - taken, 'human');
  return [
    {
      label: 'instead',
      formula:
        placement!.kind === 'mapping' ? `${pagesOf(taken, query.pageBytes)} pages` : 'one block',
      bytes: taken,
      why: `${call} asks for it at once: ${plain(...counted(advice!.savedSteps, 'step'))} less, and ${size} less`,
      topic: TOPICS.slackBytes,
    },
  ];
}

function pushStages({ next, block, total, isMapping, findings }: CapacityAccount): Stage[] {
  if (next === undefined || block === undefined) return [];
  const { pageBytes } = findings.query;
  const takes = next.block.placement;
  const bytes = takes?.bytes ?? next.block.requested;
  const moved = isMapping ? `its ${pagesOf(total, pageBytes)} pages` : 'it';
  const why = {
    'pages-move': `the kernel moves ${moved} to a larger place (mremap): no byte is copied`,
    'extends-or-copies': `realloc extends it in place, or copies ${next.moved} bytes; both then take ${next.together}`,
    copies: `${next.moved} bytes are copied; until that is done both take ${next.together}`,
  }[next.way];
  return [
    {
      label: 'next push',
      formula: `${block.capacity} ▸${next.block.capacity}`,
      bytes,
      why: `number ${next.length} has no room: ${why}`,
      topic: next.way === 'pages-move' ? TOPICS.moves : TOPICS.copies,
    },
  ];
}
