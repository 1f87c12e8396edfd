/**
 * From what a program holds to what the system counts: every byte of RSS and of the address space in
 * one step each.
 */
import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred, measured } from '../../model/claim.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import { type Footprint, LINUX } from '../../model/memory-map.ts';
import type { TopicId } from '../../model/topic.ts';
import type { MappingUse } from '../memory-map/mapping-uses.ts';
import type { MemoryGroups, RoledMapping } from '../memory-map/memory-groups.ts';
import { type AccountSteps, type AccountWords, accountSteps } from './account-steps.ts';
import type { WaterfallStep } from './waterfall-step.ts';

export interface Waterfall {
  /** They sum to `resident`. */
  readonly inRam: readonly WaterfallStep[];
  readonly resident: Bytes;
  /** They sum to `notResident`. */
  readonly notInRam: readonly WaterfallStep[];
  readonly notResident: Bytes;
  readonly size: Bytes;
  /** In neither. */
  readonly outside: readonly WaterfallStep[];
  /** What of files is in RAM is not known, and not in `resident`. */
  readonly areFilesUnknown: boolean;
  /** What of it the heap's own account tells; otherwise why that account tells nothing. */
  readonly accounted: AccountSteps | undefined;
}

/** The largest step of a list, and its part of the whole. */
export interface MainStep {
  readonly step: WaterfallStep;
  readonly percent: number;
}

/** What makes up most of the memory in RAM, and of the address space that is not. */
export function mainSteps({ inRam, resident, notInRam, notResident }: Waterfall): {
  readonly inRam: MainStep | undefined;
  readonly notInRam: MainStep | undefined;
} {
  const largest = (steps: readonly WaterfallStep[], whole: Bytes): MainStep | undefined => {
    const step = steps.toSorted((a, b) => b.bytes.value - a.bytes.value)[0];
    return step && { step, percent: (100 * step.bytes.value) / whole };
  };
  return { inRam: largest(inRam, resident), notInRam: largest(notInRam, notResident) };
}

/** Memory that malloc, or a runtime, gives out in pieces. */
const HEAP_USES: readonly MappingUse[] = ['malloc-mapping', 'private', 'thread-arena', 'go-heap'];

const isHeap = ({ role, use }: RoledMapping): boolean =>
  role.value === 'heap' || (use !== undefined && HEAP_USES.includes(use.value));

const isStack = ({ role, use }: RoledMapping): boolean =>
  role.value === 'stack' || use?.value === 'thread-stack';

const isFile = ({ role }: RoledMapping): boolean =>
  ['library', 'executable', 'file', 'kernel'].includes(role.value);

const isUnknown = ({ mapping }: RoledMapping): boolean => mapping.resident === undefined;

/** No rights: never in RAM. */
const isReserved = ({ mapping }: RoledMapping): boolean => mapping.permissions.startsWith('---');

/** What is known of the heap beside the map. */
export interface HeapEvidence {
  /** Of the same process and moment as the map. */
  readonly account: HeapAccount | undefined;
  /** Bytes that the program holds, as a heap recording counts them. */
  readonly held: Claim<Bytes> | undefined;
  /** Who gives out the process's memory; undefined where that is not known. */
  readonly owner: Allocator | undefined;
}

/**
 * @returns undefined where the map has no resident sizes.
 */
export function waterfall(
  { map, mappings, total, account }: MemoryGroups,
  { account: heapAccount, held, owner }: HeapEvidence,
): Waterfall | undefined {
  const unknown = mappings.filter(isUnknown);
  // Of files a core does not tell what was in RAM.
  const hasOnlyFilesUnknown = unknown.every(({ mapping }) => mapping.backing.kind === 'file');
  if (unknown.length === mappings.length || !hasOnlyFilesUnknown) return undefined;
  const resident = mappings.reduce((bytes, { mapping }) => bytes + (mapping.resident ?? 0), 0);
  const { size } = total;
  const sum = (belongs: (one: RoledMapping) => boolean, column: keyof Footprint) =>
    mappings.filter(belongs).reduce((bytes, { mapping }) => bytes + (mapping[column] ?? 0), 0);
  const isOther = (one: RoledMapping) => !isHeap(one) && !isStack(one) && !isFile(one);

  const words = owner?.id === 'glibc' ? GLIBC : OTHERS;
  const otherWords = `other private memory${map.system === LINUX ? ': loader, buffers' : ''}`;
  const [heap, other] = [sum(isHeap, 'resident'), sum(isOther, 'resident')];
  const accounted =
    heapAccount && accountSteps(heapAccount, { heap, other }, accountWords(owner, words));
  const told = accounted && 'steps' in accounted ? accounted : undefined;
  const steps: WaterfallStep[] = [
    ...(told?.steps ?? heapSteps(heap, held, words)),
    step(otherWords, told?.other ?? other, 'anonymous-memory'),
    step('stacks', sum(isStack, 'resident'), 'guard-pages'),
    ...fileSteps(mappings.filter(isFile)),
  ];
  const untouched = (belongs: (one: RoledMapping) => boolean) => (one: RoledMapping) =>
    belongs(one) && !isReserved(one) && !isUnknown(one);
  const missing = (belongs: (one: RoledMapping) => boolean) =>
    sum(untouched(belongs), 'size') - sum(untouched(belongs), 'resident');
  const notInRam = [
    stepOf(words.untouched, measured(missing(isHeap))),
    stepOf(words.reserved, measured(sum(isReserved, 'size'))),
    step('stacks, never so deep', missing(isStack), 'overcommit'),
    step('program and libraries, not needed', missing(isFile), 'overcommit'),
    step('other memory, never touched', missing(isOther), 'slack'),
    step('files: what of them is in RAM is not known', sum(isUnknown, 'size'), 'cores'),
  ];
  const named = (name: string) => account.find((entry) => entry.name === name)?.bytes ?? 0;
  const outside = [
    step('swapped out', total.swap ?? named('VmSwap'), 'rss-and-pss'),
    step('page tables', named('VmPTE'), 'page-tables'),
    step('huge pages of hugetlbfs', named('HugetlbPages'), 'huge-pages'),
  ];
  return {
    inRam: steps.filter(isSome),
    resident,
    notInRam: notInRam.filter(isSome),
    notResident: size - resident,
    size,
    outside: outside.filter(isSome),
    areFilesUnknown: unknown.length > 0,
    accounted,
  };
}

type StepWords = Omit<WaterfallStep, 'bytes'>;

/** What the steps are called that the allocator tells, and what makes them smaller. */
interface HeapWords {
  readonly all: StepWords;
  readonly held: StepWords;
  readonly rest: StepWords & { readonly because: string };
  readonly partly: StepWords;
  readonly untouched: StepWords;
  readonly reserved: StepWords;
}

const accountWords = (owner: Allocator | undefined, { held }: HeapWords): AccountWords => ({
  shrink: held.knob,
  runtime: owner === undefined || owner.role === 'malloc' ? undefined : owner.title,
});

const SHRINK = 'with_capacity, shrink_to_fit';
const TRIM = 'malloc_trim(0)';

const GLIBC: HeapWords = {
  all: { label: 'heap, arenas, large blocks of malloc', topic: 'freed-but-kept', knob: TRIM },
  held: { label: 'held by the program', topic: 'capacity', knob: SHRINK },
  rest: {
    label: "malloc's own: headers, freed but kept",
    topic: 'freed-but-kept',
    knob: TRIM,
    because: 'what malloc has in RAM less what the program holds',
  },
  partly: {
    label: "malloc's memory, of which not all was touched",
    topic: 'capacity',
    knob: SHRINK,
  },
  untouched: { label: "malloc's memory, never touched", topic: 'slack', knob: SHRINK },
  reserved: { label: 'reserved without rights', topic: 'arenas', knob: 'MALLOC_ARENA_MAX' },
};

/** Where another allocator or a runtime gives out memory, or nobody knows who does. */
const OTHERS: HeapWords = {
  all: {
    label: 'heap and mmapped private memory',
    topic: 'anonymous-memory',
    knob: undefined,
  },
  held: { label: 'held in blocks of malloc', topic: 'capacity', knob: undefined },
  rest: {
    label: 'other heap and mmapped private memory',
    topic: 'anonymous-memory',
    knob: undefined,
    because: 'what is there in RAM less what the program got from malloc',
  },
  partly: {
    label: 'heap and mmapped private memory, of which not all was touched',
    topic: 'anonymous-memory',
    knob: undefined,
  },
  untouched: {
    label: 'heap and mmapped private memory, never touched',
    topic: 'overcommit',
    knob: undefined,
  },
  reserved: { label: 'reserved without rights', topic: 'overcommit', knob: undefined },
};

const isSome = ({ bytes }: WaterfallStep): boolean => bytes.value !== 0;

function step(label: string, bytes: Bytes, topic: TopicId): WaterfallStep {
  return { label, bytes: measured(bytes), topic, knob: undefined };
}

const stepOf = ({ label, topic, knob }: StepWords, bytes: Claim<Bytes>): WaterfallStep => {
  return { label, bytes, topic, knob };
};

/** What lies in RAM of the heap: what the program holds of it, where that is known, and the rest. */
function heapSteps(
  resident: Bytes,
  held: Claim<Bytes> | undefined,
  words: HeapWords,
): WaterfallStep[] {
  if (held === undefined) return [stepOf(words.all, measured(resident))];
  const rest = resident - held.value;
  // Of large blocks only the touched pages are in RAM.
  if (rest < 0) return [stepOf(words.partly, measured(resident))];
  return [stepOf(words.held, held), stepOf(words.rest, inferred(rest, words.rest.because))];
}

/** Files by whether other processes share the pages, where the map says it. */
function fileSteps(files: readonly RoledMapping[]): WaterfallStep[] {
  const total = (column: 'resident' | 'uss') =>
    files.reduce((bytes, { mapping }) => bytes + (mapping[column] ?? 0), 0);
  const resident = total('resident');
  if (files.some(({ mapping }) => mapping.uss === undefined)) {
    return [step('program and libraries', resident, 'parts-of-libraries')];
  }
  const own = total('uss');
  return [
    step('program and libraries, here alone', own, 'parts-of-libraries'),
    step('program and libraries, shared', resident - own, 'rss-and-pss'),
  ];
}
