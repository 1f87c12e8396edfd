import type { GrowthSite } from '../../analysis/growth/from-heap/growth-sites.ts';
import type { ContainerStory } from '../../analysis/story/container-story.ts';
import type { Story } from '../../analysis/story/story.ts';
import type { NamedCapture } from '../../model/capture-info.ts';
import type { Claim } from '../../model/claim.ts';
import { growthResult } from '../../results/heap/growth-result.ts';
import { containerResult } from '../../results/story/container-result.ts';
import { TOPICS } from '../../results/topics.ts';
import { knownCapacities } from '../growth-words.ts';
import { growthSections as siteSections } from '../heaptrack/growth-section.ts';
import { placeWords } from '../heaptrack/stack-style.ts';
import {
  bytes,
  captured,
  count,
  left,
  type Report,
  type Row,
  right,
  type Section,
} from '../report.ts';
import { approximate, claimed } from '../strace/growth-facts.ts';
import { growthSections as logSections } from '../strace/growth-section.ts';
import { containerSection } from './container-section.ts';
import { type Places, placesOf } from './places.ts';

/** A container of the log, or a place of the recording where containers grow. */
type Grown =
  | { readonly kind: 'container'; readonly container: ContainerStory }
  | { readonly kind: 'growth-site'; readonly site: GrowthSite };

/** Containers of the log, then places of the recording. */
const grownIn = ({ containers, witnesses: { recording } }: Story): readonly Grown[] => [
  ...containers.map((container): Grown => ({ kind: 'container', container })),
  ...(recording?.sites ?? []).map((site): Grown => ({ kind: 'growth-site', site })),
];

/** All that grew, a row each; undefined where nothing did. */
export function grownListReport(
  story: Story,
  captures: readonly NamedCapture[],
): Report | undefined {
  const places = placesOf(captures);
  const all = grownIn(story);
  if (all.length === 0) return undefined;
  const { tool = '' } = story.witnesses.recording?.profile.recording.recorder ?? {};
  const rows = all.map((grown, index): Row => {
    const row =
      grown.kind === 'container'
        ? containerRow(grown.container, places)
        : siteRow(grown.site, tool);
    return { ...row, subject: { kind: grown.kind, index } };
  });
  const columns = [
    right('largest'),
    right('steps'),
    right('times'),
    left('container'),
    right('element'),
    right('capacity'),
    left('seen in', 'start'),
  ];
  return { title: ['Containers that grew'], sections: [{ table: { columns, rows } }] };
}

function containerRow({ grown }: ContainerStory, places: Places): Row {
  const { chain, container, rule, element, containers } = grown;
  const known = knownCapacities(grown);
  const end = chain.endLine === undefined ? `${chain.last.line}, alive` : chain.endLine;
  return {
    cells: [
      bytes(chain.peak),
      count(chain.stepCount - 1),
      claimed(containers),
      captured(container?.value.name ?? 'buffer', true),
      claimed(element?.size) ?? '?',
      approximate(known.length > 0 ? Math.max(...known) : undefined) ?? '?',
      captured(`${places.logLine(chain.steps[0]!.line)} to ${end}`),
    ],
    topic: TOPICS.container,
    because: [reasonOf(rule) ?? reasonOf(container) ?? 'no rule fits its steps'],
    place: places.inLog(chain.last.line),
  };
}

function siteRow(site: GrowthSite, tool: string): Row {
  const { container, element, capacity, blocks, cost, place, containers } = site;
  const words = place.file ? placeWords(growthResult(site)) : '';
  const where = `${place.name ?? place.module ?? '?'} ${words}`;
  return {
    cells: [
      bytes(blocks.at(-1)!.requested),
      count(cost.steps.value),
      count(containers.value),
      captured(container.value.name, container.basis === 'inferred'),
      claimed(element?.size) ?? '?',
      claimed(capacity) ?? '?',
      captured(`${tool}: ${where}`),
    ],
    topic: TOPICS.growthRule,
    because: [`the recording: ${reasonOf(cost.steps) ?? 'its steps stand there'}`],
  };
}

const reasonOf = (claim: Claim<unknown> | undefined): string | undefined =>
  claim?.basis === 'inferred' ? claim.because : undefined;

/** One of the list in full: how it grew, what that cost, and what its memory is now. */
export function grownReport(
  story: Story,
  captures: readonly NamedCapture[],
  index: number,
): Report | undefined {
  const grown = grownIn(story)[index];
  if (grown === undefined) return undefined;
  if (grown.kind === 'growth-site') {
    const { site } = grown;
    const style = { frames: 1, fullNames: false, figures: 'total', inexact: [] } as const;
    return {
      title: [],
      sections: [...siteSections([growthResult(site)], style, 1), stepSection(site)],
    };
  }
  const { container } = grown;
  const { witnesses } = story;
  const places = placesOf(captures);
  const { steps } = container.grown.chain;
  const { pageBytes, language } = witnesses.space!.growth;
  const alone = { containers: [container.grown], notKept: 0, oneShots: NO_ONE_SHOTS };
  const hasClock = steps.some(({ time }) => time !== undefined);
  const style = { top: 1, details: true, hasClock, inLog: places.inLog };
  return {
    title: [],
    sections: [
      ...logSections({ ...alone, pageBytes, language }, style),
      containerSection(containerResult(container), places, {
        pageBytes: witnesses.pageBytes,
        overTime: { recorder: witnesses.recording?.profile.recording.recorder.tool ?? null },
      }),
    ],
  };
}

const NO_ONE_SHOTS = { count: 0, bytes: 0, largest: [] };

/** The capacities of a place, each with how many blocks had it. */
const stepSection = ({ blocks }: GrowthSite): Section => ({
  title: 'Its capacities',
  table: {
    columns: [right('blocks'), right('elements'), right('bytes'), right('grew no further')],
    rows: blocks.map(
      ({ calls, capacity, requested, ended }): Row => ({
        cells: [count(calls), approximate(capacity), count(requested), count(ended)],
        bar: { from: 0, to: requested, series: 1 },
      }),
    ),
  },
  topics: [TOPICS.capacities],
});
