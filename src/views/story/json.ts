import type { ContainerStory, Story } from '../../analysis/story/story.ts';
import type { WaterfallStep } from '../../analysis/story/waterfall.ts';
import { formatAddress } from '../../model/address.ts';
import type { NamedCapture } from './report.ts';
import type { StoryJson } from './schema.ts';

const step = ({ label, bytes, topic, knob }: WaterfallStep) => ({
  label,
  bytes: bytes.value,
  basis: bytes.basis,
  because: bytes.basis === 'inferred' ? bytes.because : null,
  topic,
  knob: knob ?? null,
});

const container = ({ grown, row, site, elements }: ContainerStory) => {
  const { chain, claims, estimate, capacities, headers, count } = grown;
  const at = chain.steps.length - 1;
  return {
    topics: ['capacity', 'vec-growth', 'chunk-header', 'page-rounding', 'mremap', 'slack'],
    count,
    container: claims.container?.value ?? null,
    elementBytes: claims.element?.value ?? null,
    capacity: capacities[at] ?? null,
    requestedBytes: estimate.blocks[at] ?? null,
    headerBytes: headers[at] ?? null,
    mappedBytes: chain.last.mapped,
    address: formatAddress(chain.last.start),
    firstLine: chain.steps[0]!.line,
    lastLine: chain.last.line,
    freedOnLine: chain.endLine ?? null,
    row:
      row === undefined || row.kind === 'none'
        ? null
        : {
            kind: row.kind,
            by: row.kind === 'own' ? row.by : null,
            address: formatAddress(row.row.mapping.start),
            sizeBytes: row.row.mapping.size,
            residentBytes: row.row.mapping.resident ?? null,
            line: row.row.mapping.line,
          },
    notInMapBecause: row?.kind === 'none' ? row.because : null,
    elements: elements && 'least' in elements ? { ...elements } : null,
    elementsUnknownBecause: elements && 'refused' in elements ? elements.refused : null,
    site: site
      ? {
          function: site.place.name ?? null,
          file: site.place.file ?? null,
          line: site.place.file === undefined ? null : site.place.line,
        }
      : null,
  };
};

/** The result of `memtool explain CAPTURE… --json`. */
export function storyJson(story: Story, captures: readonly NamedCapture[]): StoryJson {
  const { waterfall, mapAndLog, recordingAndOthers, containers } = story;
  return {
    captures: captures.map(({ name, format }) => ({ name, format })),
    mapAndLog: mapAndLog ? { ...mapAndLog } : null,
    recordingAndOthers: recordingAndOthers ? { ...recordingAndOthers } : null,
    waterfall: waterfall
      ? {
          inRam: waterfall.inRam.map(step),
          residentBytes: waterfall.resident,
          notInRam: waterfall.notInRam.map(step),
          sizeBytes: waterfall.size,
          outside: waterfall.outside.map(step),
        }
      : null,
    containers: containers.map(container),
  };
}
