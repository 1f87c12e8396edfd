import { baseName } from '../../model/base-name.ts';
import { pagesOf } from '../../model/bytes.ts';
import type { ContainerResult } from '../../results/story/container-schema.ts';
import type { StoryResult } from '../../results/story/schema.ts';
import { TOPICS } from '../../results/topics.ts';
import { bytes, type Cell, captured, type Fact, type Section } from '../report.ts';
import type { Places } from './places.ts';

type LiveByPlace = StoryResult['liveByPlace'][number];

/** Who asked for the memory: code of a heap recording, and the largest container that the log shows. */
export function originSection(result: StoryResult, places: Places): Section[] {
  const { liveCode, liveByPlace, overTime } = result;
  const told = liveByPlace.filter(
    (one, i) => one.moment !== 'map' || (liveCode === null && isNews(one, i, liveByPlace)),
  );
  const facts = [
    ...told.flatMap((one) => placeFacts(one, overTime.isSampled)),
    ...liveCodeFacts(liveCode),
    ...containerFacts(result, places),
  ];
  return facts.length === 0 ? [] : [{ title: 'Where it came from', facts }];
}

/** As much as at the peak is of the same code. */
const LIKE_PEAK = 0.9;

const isNews = ({ bytes: live }: LiveByPlace, _: number, all: readonly LiveByPlace[]) =>
  live < LIKE_PEAK * (all[0]?.bytes ?? 0);

const MOMENTS: Readonly<Record<LiveByPlace['moment'], string>> = {
  peak: 'at the peak',
  map: 'then',
  dump: 'in the profile',
};

/** What was live at one moment of the recording. */
function placeFacts(
  { moment, seconds, bytes: live, places }: LiveByPlace,
  isSampled: boolean | undefined,
): Fact[] {
  if (live === 0 || places.length === 0) return [];
  const at = seconds === null ? '' : `, at ${seconds.toFixed(2)} s`;
  const parts = places.map((place): Cell[] => [
    bytes(place.bytes, isSampled),
    'in',
    captured(placeName(place)),
  ]);
  const joined = parts.flatMap((part, i) => (i === 0 ? part : ['·', ...part]));
  return [
    {
      label: MOMENTS[moment],
      cells: [bytes(live, isSampled), `live${at}:`, ...joined],
      topic: TOPICS.peakBytes,
      subject: { kind: 'heap-profile' },
    },
  ];
}

/** Places that are told of a moment. */
const PLACES = 3;

/** Whose the live bytes of the account are, by the moment of the recording that has as much. */
function liveCodeFacts(liveCode: StoryResult['liveCode']): Fact[] {
  if (liveCode === null || liveCode.moment === 'peak' || liveCode.sites.length === 0) return [];
  const parts = liveCode.sites.slice(0, PLACES).flatMap((site, i): Cell[] => {
    const { leastBytes, mostBytes } = site;
    const least: Cell[] = leastBytes < mostBytes ? [bytes(leastBytes, true), 'to'] : [];
    const most = bytes(mostBytes, least.length === 0);
    return [...(i === 0 ? [] : ['·']), ...least, most, 'in', captured(placeName(site))];
  });
  return [
    {
      label: 'now',
      cells: [bytes(liveCode.liveBytes), 'live:', ...parts],
      topic: TOPICS.peakBytes,
      subject: { kind: 'heap-profile' },
    },
  ];
}

export function placeName({
  function: name,
  file,
  line,
}: Pick<LiveByPlace['places'][number], 'function' | 'file' | 'line'>): string {
  const where = file === null ? '' : ` (${baseName(file)}:${line})`;
  return `${name ?? 'code without a name'}${where}`;
}

/** The largest container of the map, from its elements to its pages in RAM. */
function containerFacts({ containers, pageBytes }: StoryResult, places: Places): Fact[] {
  const found = containers.find(({ row }) => row !== null) ?? containers[0];
  if (found === undefined) return [];
  const fact: Fact = {
    label: 'largest container',
    cells: [...sizeCells(found, pageBytes), ...ramCells(found, pageBytes), ...siteCells(found)],
    topic: TOPICS.container,
    because: found.reasons,
    place: places.inLog(found.stepLine),
    subject: { kind: 'container', index: containers.indexOf(found) },
  };
  const others = containers.length - 1;
  const grown: Cell[] = [
    captured(`grew on ${places.logLine(found.firstLine)} to ${found.lastLine}${doubled(found)}`),
    ...(others > 0 ? [`· ${others} more with --containers`] : []),
  ];
  return [fact, { label: '', cells: grown }];
}

const doubled = ({ capacities }: ContainerResult): string =>
  capacities.length > 1 ? `: ≈ ${capacities[0]} → ${capacities.at(-1)} elements` : '';

function sizeCells(found: ContainerResult, pageBytes: number): Cell[] {
  const { container, capacity, elementBytes, requestedBytes, headerBytes, mappedBytes } = found;
  const what = captured(container ?? 'buffer', true);
  const mapped: Cell[] = [bytes(mappedBytes), `mapped (${pagesOf(mappedBytes, pageBytes)} pages)`];
  if (requestedBytes === null) return [what, 'with', ...mapped];
  const elements =
    capacity === null || elementBytes === null ? [] : [`of ${capacity} × ${elementBytes} bytes =`];
  const header: Cell[] = headerBytes === null ? [] : ['+ header', bytes(headerBytes)];
  return [what, ...elements, bytes(requestedBytes), ...header, '→', ...mapped];
}

/** `≈ 12288 to 12458 elements`; undefined where nothing tells. */
export function inUseRange({
  inUse,
  elements,
}: Pick<ContainerResult, 'inUse' | 'elements'>): string | undefined {
  if (inUse === null) return undefined;
  const { least, most } = elements ?? { least: inUse.leastBytes, most: inUse.mostBytes };
  const range = least === 0 ? `at most ≈ ${most}` : `≈ ${least} to ${most}`;
  return `${range} ${elements ? 'elements' : 'bytes'}`;
}

/** How much of it was touched, and what follows for its elements. */
function ramCells(story: ContainerResult, pageBytes: number): Cell[] {
  const { row } = story;
  if (row === null || row.residentBytes === null || row.kind === 'merged') return [];
  const { residentBytes, sizeBytes } = row;
  const range = inUseRange(story);
  const inUse = range === undefined ? '' : `: ${range} in use`;
  const untouched: Cell[] =
    sizeBytes > residentBytes ? ['· never touched', bytes(sizeBytes - residentBytes)] : [];
  const pages = `in RAM (${pagesOf(residentBytes, pageBytes)} pages${inUse})`;
  return ['·', bytes(residentBytes), pages, ...untouched];
}

const siteCells = ({ site }: ContainerResult): Cell[] =>
  site === null ? [] : ['· allocated in', captured(placeName(site))];
