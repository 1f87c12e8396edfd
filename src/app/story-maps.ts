import { mapDifference } from '../analysis/memory-map/map-difference.ts';
import { type MemoryGroups, memoryGroups } from '../analysis/memory-map/memory-groups.ts';
import type { MapSample } from '../analysis/replay/folds/map-samples.ts';
import { allocatorsIn } from '../analysis/replay/heap-findings.ts';
import { replayedMap } from '../analysis/replay/replayed-map.ts';
import { bufferSizeAt } from '../analysis/story/buffer-size.ts';
import type { Story } from '../analysis/story/story.ts';
import { memoizeLast, once } from '../model/memoize.ts';
import type { MemoryMap } from '../model/memory-map.ts';
import { differenceResult } from '../results/map/map-result.ts';
import { processResult } from '../results/map/process.ts';
import type { DifferenceResult, ProcessResult } from '../results/map/schema.ts';

/** A map that can be looked at: one that was captured, or a moment of the log. */
export type MapChoice =
  | { readonly kind: 'captured'; readonly map: MemoryMap; readonly file: string }
  | { readonly kind: 'moment'; readonly sample: MapSample };

/** A container that lies in a mapping, by its place in the story; with its line of the log then. */
export interface MapContent {
  readonly container: number;
  readonly line: number;
}

/** Containers by the mapping that they lie in, which goes by its place in the map. */
export type MapContents = ReadonlyMap<number, readonly MapContent[]>;

/** A map that was worked out. */
interface KnownMap {
  readonly groups: MemoryGroups;
  readonly result: ProcessResult;
  readonly contents: () => MapContents;
}

/** The one that is shown, and the one that it is compared with. */
const MOST_KNOWN = 2;

/** The memory maps of a run: those that were captured, then the log's moments in its order. */
export class StoryMaps {
  readonly choices: readonly MapChoice[];
  readonly #story: Story;
  readonly #captured: ReadonlyMap<MemoryMap, string>;
  readonly #known = new Map<number, KnownMap>();

  /** @param captured with the file that each was read from. */
  constructor(
    story: Story,
    captured: ReadonlyMap<MemoryMap, string>,
    samples: readonly MapSample[],
  ) {
    this.#story = story;
    this.#captured = captured;
    this.choices = [
      ...[...captured].flatMap(([map, file]): MapChoice[] =>
        map.mappings.length > 0 ? [{ kind: 'captured', map, file }] : [],
      ),
      ...samples.map((sample): MapChoice => ({ kind: 'moment', sample })),
    ];
  }

  /** The one that the story is told from, or the log's at its peak. */
  get first(): number {
    const { map, space } = this.#story.witnesses;
    const own = this.choices.findIndex(
      (one) => one.kind === 'captured' && isOneMap(one.map, map?.map),
    );
    if (own !== -1 || space === undefined) return Math.max(0, own);
    const { line } = space.replayed.space.peak;
    return Math.max(0, this.momentAt(line, 'lines') ?? 0);
  }

  /** The last moment of the log that was kept up to a time or a line; undefined before the first. */
  momentAt(at: number, unit: 'seconds' | 'lines'): number | undefined {
    const index = this.choices.findLastIndex(
      (one) =>
        one.kind === 'moment' &&
        ((unit === 'lines' ? one.sample.line : one.sample.time) ?? Number.NaN) <= at,
    );
    return index === -1 ? undefined : index;
  }

  processAt = (index: number): ProcessResult => this.#mapAt(index).result;

  contentsAt = (index: number): MapContents => this.#mapAt(index).contents();

  /** All maps of a file, also those without any mapping. */
  of(file: string): readonly MemoryMap[] {
    return [...this.#captured].flatMap(([map, of]) => (of === file ? [map] : []));
  }

  /** The later map, and what changed since the one before. */
  readonly compared = memoizeLast((from: number, to: number): DifferenceResult => {
    const [before, after] = [this.#mapAt(from).groups, this.#mapAt(to).groups];
    const names = { before: this.#nameAt(from), after: this.#nameAt(to) };
    return differenceResult(mapDifference(before, after), names);
  });

  #nameAt(index: number): string {
    const choice = this.choices[index]!;
    return choice.kind === 'captured' ? choice.file : `line ${choice.sample.line}`;
  }

  #mapAt(index: number): KnownMap {
    const known = this.#known.get(index) ?? this.#workOut(this.choices[index]!);
    this.#known.delete(index);
    this.#known.set(index, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(oldest);
    }
    return known;
  }

  #workOut(choice: MapChoice): KnownMap {
    const groups = groupsOf(choice, this.#story);
    const contents = once(() => contentsOf(choice, groups, this.#story));
    return { groups, result: processResult(groups), contents };
  }
}

/** The story may know the PID of a map that names none. */
const isOneMap = (map: MemoryMap, told: MemoryMap | undefined): boolean =>
  map.mappings === told?.mappings;

function groupsOf(choice: MapChoice, { witnesses: { map, space } }: Story): MemoryGroups {
  if (choice.kind === 'moment') {
    return memoryGroups(replayedMap(space!, choice.sample), allocatorsIn(space!.heap));
  }
  return map && isOneMap(choice.map, map.map) ? map : memoryGroups(choice.map);
}

/** In a captured map as far as the story could place them, at a moment of the log by their addresses then. */
function contentsOf(choice: MapChoice, { mappings }: MemoryGroups, { containers }: Story) {
  const found = new Map<number, MapContent[]>();
  for (const [container, { grown, row }] of containers.entries()) {
    const { chain } = grown;
    const isCaptured = choice.kind === 'captured';
    const step = isCaptured ? chain.last : bufferSizeAt(chain, choice.sample.line, 'lines')?.step;
    if (step === undefined) continue;
    const at = isCaptured
      ? row && row.kind !== 'none'
        ? mappings.indexOf(row.row)
        : -1
      : mappings.findIndex(
          ({ mapping: { start, size } }) => start <= step.start && step.start < start + size,
        );
    if (at === -1) continue;
    const content = { container, line: step.line };
    const others = found.get(at);
    if (others) others.push(content);
    else found.set(at, [content]);
  }
  return found;
}
