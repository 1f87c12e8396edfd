import { bufferSizeAt } from '../../../analysis/story/buffer-size.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { TopicId } from '../../../model/topic.ts';
import { TOPICS, topicOfUse } from '../../../results/topics.ts';
import { escapeText } from '../../../views/text/escape.ts';
import type { ChartPoint } from '../../parts/chart.ts';
import type { Reading } from '../../session.ts';
import { choiceName } from '../map/map-choices.ts';
import type { MomentRow } from './timeline-rows.ts';

/** The containers of the log as large as they were then, and what else there was; then the whole map. */
export function momentOfLog(
  reading: Reading,
  { x, lower, upper }: ChartPoint,
  unit: 'seconds' | 'lines',
): MomentRow[] {
  const { story, sources } = reading;
  const containers = story.containers.flatMap(({ grown }, container): MomentRow[] => {
    const found = bufferSizeAt(grown.chain, x, unit);
    if (found === undefined) return [];
    const { step, mapped } = found;
    return [
      {
        bytes: mapped,
        label: `anonymous: ≈ ${escapeText(grown.container?.value.name ?? 'buffer')} (line ${step.line}: ${step.kind})`,
        tone: 'plain',
        topic: TOPICS.container,
        evidence: `line ${step.line} of the log`,
        place: sources.log === undefined ? undefined : { file: sources.log, line: step.line },
        container,
      },
    ];
  });
  const inContainers = containers.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    {
      bytes: lower,
      label: 'brk heap',
      tone: 'plain',
      topic: topicOfUse('brk-heap'),
      evidence: 'the program break as the calls up to here set it',
      place:
        unit === 'lines' && sources.log !== undefined
          ? { file: sources.log, line: Math.floor(x) }
          : undefined,
    },
    ...containers,
    {
      bytes: Math.max(0, upper - inContainers),
      label: containers.length > 0 ? 'other anonymous mappings' : 'anonymous mappings',
      tone: 'plain',
      topic: TOPICS.anonymousBytes,
      evidence: 'what mmap, mremap and munmap up to here left',
      place: undefined,
    },
    ...mapOfMoment(reading, reading.maps.momentAt(x, unit)),
  ];
}

/** The whole map of the log at a moment that was kept, by kind; opened, it is on the Map screen. */
function mapOfMoment(reading: Reading, index: number | undefined): MomentRow[] {
  const choice = index === undefined ? undefined : reading.maps.choices[index];
  if (index === undefined || choice?.kind !== 'moment') return [];
  const { line, count, size, bytes, uses } = choice.sample;
  const { log } = reading.sources;
  const evidence = `the calls up to line ${line}, the last moment that was kept before the cursor`;
  const row = (label: string, value: Bytes, topic: TopicId, because = evidence): MomentRow => ({
    bytes: value,
    label: `  ${label}`,
    tone: 'plain',
    topic,
    evidence: because,
    place: log === undefined ? undefined : { file: log, line },
    whole: size,
    open: { type: 'show-map', index, grouping: 'kind' },
  });
  const known = bytes.heap + bytes.anonymous + bytes.reserved + bytes.files;
  const kinds = [
    ...uses.map(({ use, usable }) =>
      use.id === 'brk-heap'
        ? row('brk heap', usable, topicOfUse(use.id))
        : row(`≈ ${use.title}`, usable, topicOfUse(use.id), `${use.because}; ${evidence}`),
    ),
    row('reserved, without any right', bytes.reserved, TOPICS.reservedBytes),
    row('files and shared memory', bytes.files, TOPICS.sizeBytes),
    row('mapped at exec, or before the log', Math.max(0, size - known), TOPICS.sizeBytes),
  ];
  const whole: MomentRow = {
    ...row('', size, TOPICS.sizeBytes),
    label: `the map, ${choiceName(choice)}: ${count} mappings (⏎ shows them)`,
    tone: 'strong',
    open: { type: 'show-map', index },
  };
  const largestFirst = kinds.filter((one) => one.bytes > 0).sort((a, b) => b.bytes - a.bytes);
  return [whole, ...largestFirst];
}
