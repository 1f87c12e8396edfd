import { capacityAccount } from '../analysis/growth/forward/capacity-account.ts';
import type { ResultDocument } from '../app/story-documents.ts';
import { capacityResult } from '../results/capacity/capacity-result.ts';
import type { Asked } from './resolve-intent.ts';

/** What a command prints under `--json` of what a screen shows; undefined where there is nothing. */
export function screenDocument({
  state,
  shown,
  reading,
}: Pick<Asked, 'state' | 'shown' | 'reading'>): ResultDocument | undefined {
  if (state.screen === 'capacity') {
    const result = capacityResult(capacityAccount(state.capacity.numbers).findings);
    return { command: 'capacity', info: undefined, result, diagnostics: [] };
  }
  if (reading === undefined) return undefined;
  const { documents, maps } = reading;
  if (state.screen === 'heap') return documents.heap();
  const { map } = shown;
  if (state.screen !== 'map' || map === undefined) return documents.story();
  const { marked } = state.map;
  return marked === undefined || marked === map || maps.choices[marked] === undefined
    ? documents.map(map)
    : documents.difference(marked, map);
}
