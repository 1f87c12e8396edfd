import type { ContainerSums } from '../../model/heap-account.ts';
import { TOPICS } from '../../results/topics.ts';
import { kindWords } from '../containers/family-words.ts';
import { bytes, type Fact } from '../report.ts';

/** Below that, room to spare is not worth a line. */
const LEAST_SPARE = 0.01;

/** How much of the largest kinds of containers is room that nothing uses. */
export function spareFacts(containers: ContainerSums | undefined): Fact[] {
  if (containers === undefined) return [];
  const { kinds, language } = containers;
  const all = kinds.reduce((sum, one) => sum + one.bytes, 0);
  return kinds
    .filter(({ spare }) => spare > all * LEAST_SPARE)
    .slice(0, 3)
    .map(({ kind, bytes: held, spare, spareResident }, i) => ({
      label: i === 0 ? 'containers' : '',
      cells: [
        bytes(spare),
        'of',
        bytes(held),
        `in ${kindWords(kind, language)} is spare,`,
        bytes(spareResident),
        'of that in RAM',
      ],
      topic: TOPICS.families,
    }));
}
