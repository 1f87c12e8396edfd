import type { StackFrame } from '../../analysis/heap/stacks.ts';
import type { ContainerStory } from '../../analysis/story/container-story.ts';
import type { LiveCode } from '../../analysis/story/live-code.ts';
import type { MergedRow } from '../../analysis/story/merged-rows.ts';
import type { ResidentBounds } from '../../analysis/story/resident-bounds.ts';
import type { Snapshot } from '../../analysis/story/snapshots.ts';
import { type Story, unusedAccount } from '../../analysis/story/story.ts';
import type { WaterfallStep } from '../../analysis/story/waterfall-step.ts';
import { formatAddress } from '../../model/address.ts';
import type { NamedCapture } from '../../model/capture-info.ts';
import { reasonOf } from '../claim.ts';
import { heapAccountResult } from '../malloc/account-result.ts';
import { accountResult } from '../map/process.ts';
import { topicOfUse } from '../topics.ts';
import type { StoryResult } from './schema.ts';

const step = ({ label, bytes, topic, knob }: WaterfallStep) => ({
  label,
  bytes: bytes.value,
  basis: bytes.basis,
  because: reasonOf(bytes),
  topic,
  knob: knob ?? null,
});

const snapshot = ({ name, groups, moment }: Snapshot) => ({
  name,
  residentBytes: groups.total.resident ?? null,
  sizeBytes: groups.total.size,
  moment: moment
    ? {
        firstLine: moment.firstLine,
        untilLine: moment.untilLine ?? null,
        differingBytes: moment.differing,
      }
    : null,
});

const bounds = (resident: ResidentBounds | undefined) =>
  resident ? { leastBytes: resident.least, mostBytes: resident.most } : null;

const mergedRow = ({ row: { mapping }, parts }: MergedRow) => ({
  address: formatAddress(mapping.start),
  sizeBytes: mapping.size,
  residentBytes: mapping.resident ?? null,
  line: mapping.line,
  parts: parts.map(({ start, end, use, line, container, resident }) => ({
    address: formatAddress(start),
    sizeBytes: end - start,
    use: use ? { name: use.id, topic: topicOfUse(use.id), because: use.because } : null,
    container: container?.claims.container?.value ?? null,
    elementBytes: container?.claims.element?.value ?? null,
    line: line ?? null,
    resident: bounds(resident),
  })),
});

const place = ({ name, file, line }: StackFrame) => ({
  function: name ?? null,
  file: file ?? null,
  line: file === undefined ? null : line,
});

const liveCode = ({ live, moment, peak, end, sites }: LiveCode) => ({
  liveBytes: live,
  moment: moment ?? null,
  peakBytes: peak,
  endBytes: end,
  sites: sites.map((site) => ({
    ...place(site.place),
    leastBytes: site.least,
    mostBytes: site.most,
  })),
});

const container = ({ grown, snapshot, row, at, chunk, site, elements }: ContainerStory) => {
  const { chain, claims, estimate, capacities, headers, count } = grown;
  const step = chain.steps[at]!;
  return {
    count,
    container: claims.container?.value ?? null,
    elementBytes: claims.element?.value ?? null,
    capacity: capacities[at] ?? null,
    requestedBytes: estimate.blocks[at] ?? null,
    headerBytes: headers[at] ?? null,
    mappedBytes: step.mapped,
    address: formatAddress(step.start),
    firstLine: chain.steps[0]!.line,
    lastLine: chain.last.line,
    freedOnLine: chain.endLine ?? null,
    row:
      snapshot === undefined || row === undefined || row.kind === 'none'
        ? null
        : {
            capture: snapshot.name,
            kind: row.kind,
            by: row.kind === 'own' ? row.by : null,
            address: formatAddress(row.row.mapping.start),
            sizeBytes: row.row.mapping.size,
            residentBytes: row.row.mapping.resident ?? null,
            containerResident: row.kind === 'merged' ? bounds(row.resident) : null,
            line: row.row.mapping.line,
          },
    chunk: chunk
      ? {
          bytes: chunk.size,
          usableBytes: chunk.usable,
          touchedBytes: chunk.touched,
          container: chunk.container
            ? {
                kind: chunk.container.kind,
                elementBytes: { ...chunk.container.elementBytes },
                length: chunk.container.length,
                capacity: chunk.container.capacity,
              }
            : null,
        }
      : null,
    notInMapBecause: row?.kind === 'none' ? row.because : null,
    elements: elements && 'least' in elements ? { ...elements } : null,
    elementsUnknownBecause: elements && 'refused' in elements ? elements.refused : null,
    site: site ? place(site.place) : null,
  };
};

/** The result of `memtool explain CAPTURE… --json`. */
export function storyResult(story: Story, captures: readonly NamedCapture[]): StoryResult {
  const {
    account,
    sums,
    snapshots,
    waterfall,
    mapAndLog,
    recordingAndOthers,
    mergedRows,
    containers,
  } = story;
  return {
    captures: captures.map(({ name, format, isTold }) => ({ name, format, isTold })),
    sums: sums.map(({ name, groups }) => ({
      name,
      account: groups.account.map(accountResult),
    })),
    snapshots: snapshots.map(snapshot),
    mapAndLog: mapAndLog ? { ...mapAndLog } : null,
    recordingAndOthers: recordingAndOthers ? { ...recordingAndOthers } : null,
    heldIsUnknown: story.isHeldUnknown,
    heapAccount: account
      ? {
          capture: account.name,
          match: { ...account.match },
          account: heapAccountResult(account.account),
        }
      : null,
    heapAccountUnusedBecause: unusedAccount(story) ?? null,
    waterfall: waterfall
      ? {
          inRam: waterfall.inRam.map(step),
          residentBytes: waterfall.resident,
          notInRam: waterfall.notInRam.map(step),
          sizeBytes: waterfall.size,
          outside: waterfall.outside.map(step),
          areFilesUnknown: waterfall.areFilesUnknown,
        }
      : null,
    liveCode: story.liveCode ? liveCode(story.liveCode) : null,
    mergedRows: mergedRows.map(mergedRow),
    containers: containers.map(container),
  };
}
