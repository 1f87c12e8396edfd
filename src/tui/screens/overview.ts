import type { CaptureMatch } from '../../analysis/story/capture-match.ts';
import type { ContainerStory } from '../../analysis/story/container-story.ts';
import type { Story } from '../../analysis/story/story.ts';
import type { WaterfallStep } from '../../analysis/story/waterfall-step.ts';
import { baseName } from '../../model/base-name.ts';
import { type Claim, measured } from '../../model/claim.ts';
import type { HeapTotals } from '../../model/heap-profile.ts';
import { memoizeLast } from '../../model/memoize.ts';
import type { TopicId } from '../../model/topic.ts';
import { TOPICS } from '../../results/topics.ts';
import { MATCH_WORDS } from '../../views/story/labels.ts';
import { escapeText } from '../../views/text/escape.ts';
import { formatBytes, type Units } from '../../views/text/quantity.ts';
import type { Intent } from '../intents.ts';
import { gauge } from '../parts/bars.ts';
import { type Line, lineText, span } from '../parts/line.ts';
import { layoutColumns, tableLine } from '../parts/table.ts';
import { settled } from '../parts/viewport.ts';
import { wrapped } from '../parts/wrapped.ts';
import { type About, listOf, type Screen } from '../screen.ts';
import type { Reading } from '../session.ts';
import type { Tone } from '../theme.ts';
import { roundedGrowth } from './labels.ts';

/** A row of the overview, whatever it is about. */
interface OverviewRow {
  readonly bytes: number | undefined;
  readonly isInferred: boolean;
  readonly label: string;
  readonly topic: TopicId;
  readonly evidence: string;
  readonly hint: string;
  readonly tone: Tone;
  /** Where its bar begins: where the step before ended. */
  readonly from: number;
  readonly isSum: boolean;
  readonly open: Intent | undefined;
}

const COLUMNS = [
  { title: 'bytes', width: 13, align: 'right' },
  { title: '', width: 42 },
  { title: 'bar', dropAt: 2 },
  { title: 'smaller with', width: 30, dropAt: 3 },
] as const;

/** Terminals narrower than numbers with their words. */
const NARROW = 40;
const NARROW_COLUMNS = [{ title: 'bytes', width: 12, align: 'right' }, { title: '' }] as const;

export const overviewScreen: Screen = {
  id: 'overview',
  title: 'Overview',
  missing: (reading) =>
    reading === undefined || reading.captures.length === 0
      ? 'no capture was read. Record one: memtool record -- PROGRAM, then memtool tui FOLDER; 6 shows how capacities work'
      : undefined,
  show(reading, state, { columns }) {
    const { story } = reading!;
    const rows = rowsOf(story);
    const layout = layoutColumns(columns < NARROW ? NARROW_COLUMNS : COLUMNS, columns - 1);
    const whole = Math.max(1, ...rows.map(({ bytes }) => bytes ?? 0));
    const barWidth = layout.columns.find(({ title }) => title === 'bar')?.width ?? 0;
    const line = (row: OverviewRow): Line =>
      overviewLine(row, layout, whole, barWidth, state.units);
    return {
      crumbs: [],
      head: [...headLines(reading!, columns), []],
      list: listOf(rows, line, aboutRow, (row) => lineText(line(row)).trimEnd()),
      foot: evidenceLines(rows[settled(state.cursors.overview, rows.length, 1).selected], columns),
    };
  },
};

/** How the chosen number is known, and what would explain it. */
function evidenceLines(row: OverviewRow | undefined, columns: number): Line[] {
  if (row === undefined) return [];
  const text = `${row.isInferred ? '≈ ' : ''}${row.evidence}`;
  return [
    [],
    ...wrapped(text, columns).slice(0, 2),
    [span('e ', 'accent'), span(`explains ${row.topic}`, 'dim')],
  ];
}

type Layout = ReturnType<typeof layoutColumns>;

function overviewLine(
  row: OverviewRow,
  layout: Layout,
  whole: number,
  width: number,
  units: Units,
): Line {
  const number =
    row.bytes === undefined ? '' : `${row.isInferred ? '≈ ' : ''}${formatBytes(row.bytes, units)}`;
  const tone: Tone = row.isSum ? 'strong' : 'plain';
  return tableLine(layout, [
    span(number, tone),
    span(row.label, tone),
    span(floating(row, whole, width), row.tone),
    span(row.hint, 'dim'),
  ]);
}

/** A bar that begins where the one before ended, so that steps are seen to add up. */
function floating({ from, bytes }: OverviewRow, whole: number, width: number): string {
  const start = Math.min(width - 1, Math.floor((from / whole) * width));
  return (
    ' '.repeat(Math.max(0, start)) +
    gauge(bytes ?? 0, whole, width - start === 0 ? 0 : width).slice(0, Math.max(0, width - start))
  );
}

const aboutRow = ({ topic, evidence, open }: OverviewRow): About => ({
  topic,
  evidence,
  place: undefined,
  ...(open ? { open } : {}),
});

/** What was read, and whether it belongs together. */
function headLines({ story, captures }: Reading, columns: number): Line[] {
  const belonging = (what: string, found: CaptureMatch | undefined): Line[] =>
    found === undefined
      ? []
      : wrapped(`${what}: ${MATCH_WORDS[found.degree]}: ${escapeText(found.because)}`, columns);
  const read = captures
    .map(({ name, format, isTold }) => {
      const read = `${escapeText(baseName(name))} (${format})`;
      return isTold ? read : `${read}, not used`;
    })
    .join(', ');
  return [
    ...wrapped(`read: ${read}`, columns),
    ...belonging('map and log', story.mapAndLog),
    ...belonging('heap recording', story.recordingAndOthers),
  ];
}

const rowsOf = memoizeLast((story: Story): OverviewRow[] => [
  ...waterfallRows(story),
  ...logRows(story),
  ...recordingRows(story),
  ...story.containers.map(containerRow),
]);

const because = (claim: Claim<unknown>): string =>
  claim.basis === 'inferred' ? claim.because : 'the sum of what the memory map says';

function waterfallRows({ waterfall }: Story): OverviewRow[] {
  if (waterfall === undefined) return [];
  const { inRam, resident, notInRam, size, outside } = waterfall;
  let end = 0;
  const step =
    (tone: Tone) =>
    ({
      label,
      bytes,
      topic,
      knob,
    }: Pick<WaterfallStep, 'label' | 'bytes' | 'topic' | 'knob'>): OverviewRow => {
      const from = end;
      end += bytes.value;
      const hint = knob ?? '';
      const open: Intent = { type: 'go-to-screen', screen: 'map' };
      const claim = { bytes: bytes.value, isInferred: bytes.basis === 'inferred' };
      return {
        ...claim,
        label,
        topic,
        evidence: because(bytes),
        hint,
        tone,
        from,
        isSum: false,
        open,
      };
    };
  const sum = (label: string, value: number, topic: TopicId): OverviewRow => ({
    ...step('fill-3')({ label, bytes: measured(value), topic, knob: undefined }),
    from: 0,
    isSum: true,
  });
  const rows = inRam.map(step('fill-1'));
  rows.push(sum('= in RAM (RSS)', resident, TOPICS.residentBytes));
  end = resident;
  rows.push(...notInRam.map(step('fill-2')));
  rows.push(sum('= address space (VIRT)', size, TOPICS.sizeBytes));
  end = 0;
  return [...rows, ...outside.map(step('fill-4'))];
}

/** What the log alone says. */
function logRows({ witnesses: { space } }: Story): OverviewRow[] {
  if (space === undefined) return [];
  const { peak } = space.replayed.space;
  return [
    {
      bytes: peak.heap + peak.anonymous,
      isInferred: false,
      label: 'heap + anonymous: the peak of the log',
      topic: TOPICS.peakBytes,
      evidence: `line ${peak.line} of the log: heap ${peak.heap} + anonymous ${peak.anonymous} bytes`,
      hint: '',
      tone: 'fill-5',
      from: 0,
      isSum: false,
      open: { type: 'go-to-screen', screen: 'timeline' },
    },
  ];
}

function peakEvidence({ calls, runtime, peakTime }: HeapTotals): string {
  const within = runtime === undefined ? '' : ` in ${runtime.toFixed(2)} s`;
  return [
    ...(calls === undefined ? [] : [`${calls} allocations${within}`]),
    ...(peakTime === undefined ? [] : [`the peak after ${peakTime.toFixed(2)} s`]),
  ].join('; ');
}

function recordingRows({ witnesses: { recording } }: Story): OverviewRow[] {
  if (recording?.profile.totals.peak === undefined) return [];
  const { totals } = recording.profile;
  return [
    {
      bytes: totals.peak,
      isInferred: false,
      label: 'live heap: the peak of the recording',
      topic: TOPICS.peakBytes,
      evidence: peakEvidence(totals),
      hint: '',
      tone: 'fill-5',
      from: 0,
      isSum: false,
      open: { type: 'go-to-screen', screen: 'heap' },
    },
  ];
}

function containerRow({ grown, site }: ContainerStory, index: number): OverviewRow {
  const where = site?.place.name === undefined ? '' : ` in ${escapeText(site.place.name)}`;
  return {
    bytes: grown.chain.peak,
    isInferred: false,
    label: `grew: ${roundedGrowth(grown)}`,
    topic: TOPICS.container,
    evidence: `lines ${grown.chain.steps[0]!.line} to ${grown.chain.last.line} of the log${where}`,
    hint: grown.advice?.call === undefined ? '' : escapeText(grown.advice.call),
    tone: 'fill-5',
    from: 0,
    isSum: false,
    open: { type: 'choose-chain', index },
  };
}
