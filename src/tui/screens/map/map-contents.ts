import type { RoledMapping } from '../../../analysis/memory-map/memory-groups.ts';
import { memoizeLast } from '../../screen.ts';
import type { Reading } from '../../session.ts';
import { sizeAt } from '../timeline/timeline-log.ts';
import type { MapChoice } from './map-choices.ts';

/** A container that lies in a mapping, by its place in the story; with its line of the log then. */
export interface Content {
  readonly container: number;
  readonly line: number;
}

/**
 * Which containers of the log lie in which mappings: in a captured map as far as the story could place
 * them, at a moment of the log by their addresses then.
 */
export const contentsOf = memoizeLast(
  (
    { story }: Reading,
    choice: MapChoice,
    mappings: readonly RoledMapping[],
  ): ReadonlyMap<RoledMapping, readonly Content[]> => {
    const found = new Map<RoledMapping, Content[]>();
    for (const [container, { grown, row }] of story.containers.entries()) {
      const { chain } = grown;
      const step =
        choice.kind === 'captured' ? chain.last : sizeAt(chain, choice.sample.line, 'lines')?.step;
      if (step === undefined) continue;
      const one =
        choice.kind === 'captured'
          ? row && row.kind !== 'none' && mappings.includes(row.row)
            ? row.row
            : undefined
          : mappings.find(
              ({ mapping: { start, size } }) => start <= step.start && step.start < start + size,
            );
      if (one === undefined) continue;
      const content = { container, line: step.line };
      const others = found.get(one);
      if (others) others.push(content);
      else found.set(one, [content]);
    }
    return found;
  },
);
