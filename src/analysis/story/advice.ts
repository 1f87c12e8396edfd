/** What would make a process smaller: only what can work here, with what speaks for it and an estimate. */
import { baseName } from '../../model/base-name.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import type { TopicId } from '../../model/topic.ts';
import type { RoledMapping } from '../memory-map/memory-groups.ts';
import type { LiveByPlace } from './allocating-places.ts';
import type { ContainerStory } from './container-story.ts';
import { total } from './memory-parts.ts';
import type { StepKind } from './waterfall-step.ts';

export interface Advice {
  /** What to do or to set. */
  readonly what: string;
  /** RAM that it gives back, at least and at most; undefined where it saves none, or nothing tells. */
  readonly saves: { readonly least: Bytes; readonly most: Bytes } | undefined;
  readonly because: string;
  /** A command that tries it, or that measures more. */
  readonly tryIt: string | undefined;
  /** The step of the waterfall that it makes smaller. */
  readonly about: StepKind;
  readonly topic: TopicId;
}

/** What is known of the memory that glibc's malloc keeps. */
export interface KeptMemory {
  readonly resident: Bytes;
  /** Free inside malloc; undefined where nothing tells. */
  readonly free: { readonly least: Bytes; readonly most: Bytes } | undefined;
  readonly account: HeapAccount | undefined;
  readonly mappings: readonly RoledMapping[];
  readonly places: readonly LiveByPlace[];
}

/** Less than this part of the RAM, or than this, is worth no change of a program. */
const WORTH_PART = 0.1;
const WORTH_BYTES: Bytes = 2 ** 20;

/** Free pages that are a smaller part of what is free are few. */
const LITTLE_PART = 0.1;

/** A program with fewer arenas has nothing to gain from a limit of two. */
const MANY_ARENAS = 3;

/** Where a place has less now than this part of its peak, it allocates what is kept and what is not. */
const MIXED_PART = 0.5;

const isWorth = (bytes: Bytes, resident: Bytes): boolean =>
  bytes >= WORTH_BYTES && bytes >= WORTH_PART * resident;

/** For glibc's malloc. */
export function adviceForKept(kept: KeptMemory): Advice[] {
  const { resident, free } = kept;
  if (free === undefined || !isWorth(free.most, resident)) return [];
  const { least, most } = free;
  const forSure = isWorth(least, resident)
    ? [...arenaAdvice(kept, most), ...mixedPlaceAdvice(kept, most)]
    : [];
  return [...forSure, trimAdvice(kept, most)].sort(
    (a, b) => (b.saves?.most ?? 0) - (a.saves?.most ?? 0),
  );
}

function trimAdvice({ account }: KeptMemory, free: Bytes): Advice {
  const advice = { what: 'malloc_trim(0)', about: 'free', topic: 'malloc-trim' } as const;
  const trimmable = account?.trimmable;
  if (trimmable === undefined) {
    const because = 'whole free pages alone; a map does not tell how many';
    return { ...advice, saves: { least: 0, most: free }, because, tryIt: 'memtool heap PID' };
  }
  const because =
    trimmable < LITTLE_PART * free
      ? 'little here: most free blocks are smaller than a page'
      : 'whole free pages, as counted';
  return { ...advice, saves: { least: trimmable, most: trimmable }, because, tryIt: undefined };
}

function arenaAdvice({ mappings }: KeptMemory, free: Bytes): Advice[] {
  const arenas = mappings.filter(
    ({ use, mapping }) => use?.value === 'thread-arena' && (mapping.resident ?? 0) > 0,
  );
  if (arenas.length < MANY_ARENAS) return [];
  const inArenas = total(arenas, 'resident');
  return [
    {
      what: 'MALLOC_ARENA_MAX=2 COMMAND',
      saves: { least: 0, most: Math.min(free, inArenas) },
      because: `${arenas.length} arenas of threads; with two, they reuse each other's free blocks`,
      tryIt: undefined,
      about: 'free',
      topic: 'arenas',
    },
  ];
}

/** Blocks that stay between blocks that go keep the pages of both. */
function mixedPlaceAdvice({ places }: KeptMemory, free: Bytes): Advice[] {
  const [atPeak, now] = ['peak', 'map'].map((moment) =>
    places.find((one) => one.moment === moment),
  );
  const [most] = atPeak?.places ?? [];
  const left = now?.places.find(
    ({ place: { name, file, line } }) =>
      name === most?.place.name && file === most?.place.file && line === most?.place.line,
  );
  if (most === undefined || left === undefined || left.bytes > MIXED_PART * most.bytes) return [];
  const { name, file, line } = most.place;
  const where = file === undefined ? (name ?? 'one place') : `${baseName(file)}:${line}`;
  return [
    {
      what: 'separate what stays',
      saves: { least: 0, most: free },
      because: `${where} allocates it among blocks that are freed, whose pages it keeps`,
      tryIt: undefined,
      about: 'free',
      topic: 'fragmentation',
    },
  ];
}

/** Of containers that are there: setting their capacity saves steps and address space, and no RAM. */
export function adviceForContainers(containers: readonly ContainerStory[]): Advice[] {
  const found = containers.find(
    ({ row, grown: { advice } }) => row && row.kind !== 'none' && advice?.call !== undefined,
  );
  const { call, elements } = found?.grown.advice ?? {};
  if (found === undefined || call === undefined || elements === undefined) return [];
  const { name } = found.site?.place ?? {};
  return [
    {
      what: `${call}(${elements.value})`,
      saves: undefined,
      because: `${name === undefined ? 'for the largest container' : `in ${name}`}: fewer steps, less address space; its untouched part takes no RAM`,
      tryIt: undefined,
      about: 'live',
      topic: 'capacity',
    },
  ];
}
