import type { StoryResult } from '../../results/story/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { kindWords } from '../containers/family-words.ts';
import { bytes, type Fact, type Section } from '../report.ts';

/** Of all containers: below that, room to spare is not worth a line. */
const LEAST_SPARE = 0.01;

/** Kinds that are told. */
const MOST_KINDS = 3;

/** How much of the largest kinds of containers is room that nothing uses. */
export function spareSection({ heapAccount, heapAccountUnusedBecause }: StoryResult): Section[] {
  const containers = heapAccount?.account.containers;
  if (!containers || heapAccountUnusedBecause !== null) return [];
  const { kinds, language } = containers;
  const all = kinds.reduce((sum, one) => sum + one.bytes, 0);
  const facts = kinds
    .filter(({ spareBytes }) => spareBytes > all * LEAST_SPARE)
    .slice(0, MOST_KINDS)
    .map(
      ({ kind, bytes: held, spareBytes, spareResidentBytes }, i): Fact => ({
        label: i === 0 ? 'containers' : '',
        cells: [
          bytes(spareBytes),
          'of',
          bytes(held),
          `in ${kindWords(kind, language)} is spare,`,
          bytes(spareResidentBytes),
          'of that in RAM',
        ],
        topic: TOPICS.families,
      }),
    );
  return facts.length === 0 ? [] : [{ facts }];
}
