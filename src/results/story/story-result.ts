import type { Advice } from '../../analysis/story/advice.ts';
import type { LiveByPlace } from '../../analysis/story/allocating-places.ts';
import type { LiveCode } from '../../analysis/story/live-code.ts';
import type { LiveContainer } from '../../analysis/story/live-containers.ts';
import type { MergedRow } from '../../analysis/story/merged-rows.ts';
import type { RecordedRun } from '../../analysis/story/recorded-run.ts';
import type { Story } from '../../analysis/story/story.ts';
import {
  type ToldMoment,
  type ToldRange,
  toldRange,
  unusedAccount,
} from '../../analysis/story/told-moment.ts';
import type { WaterfallStep } from '../../analysis/story/waterfall-step.ts';
import { formatAddress } from '../../model/address.ts';
import type { NamedCapture } from '../../model/capture-info.ts';
import { reasonOf } from '../claim.ts';
import { heapAccountResult } from '../malloc/account-result.ts';
import { accountResult } from '../map/process.ts';
import { topicOfUse } from '../topics.ts';
import { boundsResult, containerResult, placeResult } from './container-result.ts';
import { overTime } from './over-time.ts';
import type { AdviceResult, MergedRowResult, StepResult, StoryResult } from './schema.ts';

/** Kinds of rows that are listed; memtool pmap lists all rows. */
const MOST_ROWS = 200;

const step = ({ kind, label, bytes, source, topic, knob }: WaterfallStep): StepResult => ({
  kind,
  label,
  bytes: bytes.value,
  basis: bytes.basis,
  because: reasonOf(bytes),
  source: source ?? null,
  topic,
  knob: knob ?? null,
});

const range = (found: ToldRange | undefined) =>
  found ? { leastBytes: found.least, mostBytes: found.most, basis: found.basis } : null;

function answer({ answer: said }: Story): StoryResult['answer'] {
  return {
    program: said.program ?? null,
    pid: said.pid ?? null,
    threads: said.threads ?? null,
    residentBytes: said.resident ?? null,
    allocator: said.allocator ?? null,
    malloc: said.malloc ?? null,
    mallocBytes: said.mallocBytes ?? null,
    live: range(said.live),
    free: range(said.free),
    overheadBytes: said.overhead ?? null,
    largest: said.largest.map((part) => ({ ...part })),
  };
}

const snapshot =
  (run: RecordedRun | undefined) =>
  ({
    snapshot: { name, groups, moment },
    waterfall: found,
  }: ToldMoment): StoryResult['snapshots'][number] => ({
    name,
    residentBytes: groups.total.resident ?? null,
    sizeBytes: groups.total.size,
    taken: run?.momentOf(name)?.kind ?? null,
    seconds: run?.momentOf(name)?.seconds ?? null,
    live: range(toldRange(found, 'live')),
    free: range(toldRange(found, 'free')),
    moment: moment
      ? {
          firstLine: moment.firstLine,
          untilLine: moment.untilLine ?? null,
          differingBytes: moment.differing,
        }
      : null,
  });

const mergedRow = ({ row: { mapping }, parts, isSmall }: MergedRow): MergedRowResult => ({
  address: formatAddress(mapping.start),
  sizeBytes: mapping.size,
  residentBytes: mapping.resident ?? null,
  line: mapping.line,
  isSmall,
  parts: parts.map(({ start, end, use, line, container, resident }) => ({
    address: formatAddress(start),
    sizeBytes: end - start,
    use: use
      ? { name: use.id, title: use.title, topic: topicOfUse(use.id), because: use.because }
      : null,
    container: container?.container?.value.name ?? null,
    isContainer: container !== undefined,
    elementBytes: container?.element?.size.value ?? null,
    line: line ?? null,
    resident: boundsResult(resident),
  })),
});

const liveByPlace = ({
  moment,
  seconds,
  bytes,
  places,
}: LiveByPlace): StoryResult['liveByPlace'][number] => ({
  moment,
  seconds: seconds ?? null,
  bytes,
  places: places.map(({ place, bytes: own }) => ({ ...placeResult(place), bytes: own })),
});

const liveContainer = ({ site, elementBytes, address, ...one }: LiveContainer) => ({
  ...one,
  address: formatAddress(address),
  elementBytes: { ...elementBytes },
  site: site ? placeResult(site.place) : null,
});

const liveCode = ({ live, moment, peak, end, sites }: LiveCode) => ({
  liveBytes: live,
  moment: moment ?? null,
  peakBytes: peak,
  endBytes: end,
  sites: sites.map((site) => ({
    ...placeResult(site.place),
    leastBytes: site.least,
    mostBytes: site.most,
  })),
});

const advice = ({ what, saves, because, tryIt, topic }: Advice): AdviceResult => ({
  what,
  savesBytes: saves ? { leastBytes: saves.least, mostBytes: saves.most } : null,
  because,
  tryIt: tryIt ?? null,
  topic,
});

function waterfall({ waterfall: found, snapshots }: Story): StoryResult['waterfall'] {
  if (found === undefined) return null;
  const total = snapshots[0]?.groups.total;
  return {
    inRam: found.inRam.map(step),
    residentBytes: found.resident,
    notInRam: found.notInRam.map(step),
    sizeBytes: found.size,
    outside: found.outside.map(step),
    pssBytes: total?.pss ?? null,
    hugePageBytes: total?.hugePages ?? null,
    lazyFreeBytes: total?.lazyFree ?? null,
    areFilesUnknown: found.areFilesUnknown,
  };
}

/** The result of `memtool explain CAPTURE…`: what the report shows, and `--json` prints. */
export function storyResult(story: Story, captures: readonly NamedCapture[]): StoryResult {
  const { account, mapAndLog, recordingAndOthers, witnesses } = story;
  return {
    answer: answer(story),
    captures: captures.map(({ name, format, kind, isTold }) => ({ name, format, kind, isTold })),
    sums: story.sums.map(({ name, groups }) => ({
      name,
      account: groups.account.map(accountResult),
    })),
    snapshots: story.moments.map(snapshot(witnesses.run)),
    mapAndLog: mapAndLog ? { ...mapAndLog } : null,
    recordingAndOthers: recordingAndOthers ? { ...recordingAndOthers } : null,
    recordingUnusedBecause: story.recordingDoubt ?? null,
    heldIsUnknown: story.isHeldUnknown,
    heapAccount: account
      ? {
          capture: account.name,
          match: { ...account.match },
          account: heapAccountResult(account.account),
        }
      : null,
    heapAccountUnusedBecause: unusedAccount(story) ?? null,
    waterfall: waterfall(story),
    liveByPlace: story.places.map(liveByPlace),
    liveContainers: story.liveContainers.map(liveContainer),
    liveCode: story.liveCode ? liveCode(story.liveCode) : null,
    overTime: overTime(story),
    advice: story.advice.map(advice),
    tellsLive: story.tellsLive ?? null,
    pageBytes: witnesses.pageBytes,
    rows: story.rows.slice(0, MOST_ROWS).map(({ size, resident, ...row }) => ({
      ...row,
      sizeBytes: size,
      residentBytes: resident ?? null,
    })),
    rowsLeftOut: Math.max(0, story.rows.length - MOST_ROWS),
    mergedRows: story.mergedRows.map(mergedRow),
    containers: story.containers.map(containerResult),
  };
}
