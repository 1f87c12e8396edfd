import type { ByteInterval, KnownAllocator } from '../../../knowledge/allocators/allocator.ts';
import { CONTAINERS, type ContainerKind } from '../../../knowledge/containers.ts';
import { GROWTH_RULES } from '../../../knowledge/growth-rules.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { Claim } from '../../../model/claim.ts';
import type { Certainty, ElementSize } from '../growth.ts';
import type { Hypothesis } from './hypothesis.ts';

/** A series of blocks of a recording that can be those of the mappings. */
export interface RecordedSeries {
  /** For each step of the chain; undefined for those beside its growth. */
  readonly blocks: readonly (Bytes | undefined)[];
  /** Undefined where nothing tells the size. */
  readonly element: ElementSize | undefined;
  readonly container: ContainerKind;
  /** Where in the code, and what tells the size. */
  readonly because: string;
}

/** What is known beside the log: from the user, or from a second capture. */
export interface GivenFacts {
  /** With the reason why it is believed. */
  readonly elementBytes?: Claim<Bytes> | undefined;
  /** How many elements the container holds at the end. */
  readonly elements?: number | undefined;
  readonly container?: ContainerKind | undefined;
  /** Pages that were touched at the end. */
  readonly resident?: Claim<Bytes> | undefined;
  /** None where no recording is given, or none of its series fits. */
  readonly recorded?: readonly RecordedSeries[] | undefined;
  /** The requests that fit its last mapping, where that is shorter than those before. */
  readonly shrunk?: ByteInterval | undefined;
}

/** What a hypothesis would make of a fact: a factor for its weight, never a veto. */
interface Likelihoods {
  readonly container: number;
  readonly elements: number;
  readonly resident: number;
}

/** What somebody says who looked; hardly ever wrong. */
const MISTAKEN = 1e-4;
/** A container that grew was full before: elements were taken out again, as from a queue. */
const TAKEN_OUT = 0.05;
/** The touched pages disagree: something else writes there too, or nothing was written yet. */
const NOT_TOUCHED = 0.05;
/** A hash table writes to all of its pages at once, but for those that its control bytes leave. */
const HASHED_UNTOUCHED = 0.01;

export function likelihoods(
  one: Hypothesis,
  facts: GivenFacts,
  allocator: KnownAllocator,
  pageBytes: Bytes,
): Likelihoods {
  const { container } = facts;
  return {
    container: container === undefined || isMeant(container, one.container.kind) ? 1 : MISTAKEN,
    elements: ofElements(one, facts),
    resident: ofResident(one, facts, allocator, pageBytes),
  };
}

function ofElements(
  { rule, elementBytes, blocks }: Hypothesis,
  { elements, shrunk }: GivenFacts,
): number {
  if (elements === undefined) return 1;
  if (shrunk !== undefined) return ofShrunk(elements * elementBytes, shrunk);
  const { capacityOf } = GROWTH_RULES[rule];
  const capacity = capacityOf(blocks.at(-1)!, elementBytes);
  if (capacity === undefined || elements > capacity) return MISTAKEN;
  const before = blocks.length < 2 ? undefined : capacityOf(blocks.at(-2)!, elementBytes);
  // Of the counts that need a capacity each is as likely, so that one is the less so the more there are.
  const share = elements / capacity;
  return before !== undefined && elements <= before ? TAKEN_OUT * share : share;
}

/** What shrinks to fit has a block of just its elements. */
function ofShrunk(used: Bytes, { least, most }: ByteInterval): number {
  if (used > most) return MISTAKEN;
  return used < least ? TAKEN_OUT : 1;
}

function ofResident(
  { rule, elementBytes, blocks }: Hypothesis,
  { elements, resident }: GivenFacts,
  allocator: KnownAllocator,
  pageBytes: Bytes,
): number {
  if (resident === undefined) return 1;
  const touched = (bytes: Bytes): boolean => {
    const taken = allocator.place(bytes, pageBytes);
    // musl's trailer at the end of the block touches another page.
    return taken?.kind !== 'mapping' || Math.abs(resident.value - taken.bytes) <= pageBytes;
  };
  if (rule === 'hashbrown') return touched(blocks.at(-1)!) ? 1 : HASHED_UNTOUCHED;
  if (elements === undefined || rule === 'python-dict') return 1;
  return touched(elements * elementBytes) ? 1 : NOT_TOUCHED;
}

/** The recording is of another run, or its series is another container's. */
export const NOT_RECORDED = 0.01;
/** How often elements have another size than a series says. What is only a guess says nothing of it. */
const OTHER_SIZE: Readonly<Record<Certainty, number>> = { certain: 0.001, likely: 0.05, guess: 1 };
/** Names tell the container, or sizes do, which can be wrong. */
const OTHER_CONTAINER = 0.1;

/** How likely a recording's series is, if its blocks are those of a hypothesis. */
export function recordedLikelihood(
  { element, container }: RecordedSeries,
  one: Hypothesis,
): number {
  const isKind = isMeant(container, one.container.kind);
  return ofRecordedSize(element, one.elementBytes) * (isKind ? 1 : OTHER_CONTAINER);
}

function ofRecordedSize(element: ElementSize | undefined, size: Bytes): number {
  if (element === undefined || element.size.value === size) return 1;
  if (element.isOneOf) return element.rivals.includes(size) ? 1 : OTHER_SIZE.certain;
  return OTHER_SIZE[element.certainty];
}

/** Rust's vectors cannot be told apart by their blocks, so that one name stands for all. */
function isMeant(asked: ContainerKind, kind: ContainerKind): boolean {
  if (asked === kind) return true;
  return CONTAINERS[asked].rules.includes('double') && kind === 'array';
}
