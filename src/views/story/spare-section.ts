import type { ContainerLanguage } from '../../model/heap-account.ts';
import type { StoryResult } from '../../results/story/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { kindWords } from '../containers/family-words.ts';
import { bytes, captured, count, type Fact, type Section } from '../report.ts';
import { placeName } from './origin-section.ts';

/** Of all containers: below that, room to spare is not worth a line. */
const LEAST_SPARE = 0.01;

/** Kinds that are told. */
const MOST_KINDS = 3;

/** How much of the largest kinds of containers is room that nothing uses. */
export function spareSection({
  heapAccount,
  heapAccountUnusedBecause,
  liveContainers,
}: StoryResult): Section[] {
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
  const told = [...facts, ...placedFacts(liveContainers, language)];
  return told.length === 0 ? [] : [{ facts: told }];
}

type LiveContainer = StoryResult['liveContainers'][number];

/** The largest of those whose place in the code a recording tells. */
const placedFacts = (containers: readonly LiveContainer[], language: ContainerLanguage): Fact[] =>
  containers
    .filter(({ site }) => site !== null)
    .slice(0, MOST_KINDS)
    .map(({ kind, elementBytes, length, capacity, site }, i) => {
      const { least, most } = elementBytes;
      const inBytes = kind === 'bounded' || kind === 'text' || kind === 'pieces';
      const unit = inBytes || least !== most ? '' : ` of ${least} B`;
      return {
        label: i === 0 ? 'largest' : '',
        cells: [
          ...(inBytes
            ? [bytes(length), 'of', bytes(capacity)]
            : [count(length), 'of', count(capacity)]),
          `${inBytes ? '' : `elements${unit} `}in ${kindWords(kind, language)}`,
          '≈ from',
          captured(placeName(site!)),
        ],
        topic: TOPICS.families,
      };
    });
