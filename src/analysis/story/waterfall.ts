/** Where a process's memory is: every byte of RSS and of the address space in one step each. */
import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, measured } from '../../model/claim.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import type { TopicId } from '../../model/topic.ts';
import type { MemoryGroups, RoledMapping } from '../memory-map/memory-groups.ts';
import { type AccountSteps, accountSteps } from './account-steps.ts';
import type { LiveHeap } from './live-heap.ts';
import { type MallocRam, type MallocSplit, mallocSplit } from './malloc-split.ts';
import { type MemoryPart, memoryParts, type PartKind, placeOf, total } from './memory-parts.ts';
import { LIVE, type StepKind, type WaterfallStep } from './waterfall-step.ts';

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
  /** What malloc has in RAM. */
  readonly malloc: MallocRam;
  /** How much of it is live by a heap recording; undefined without one, and where an account tells. */
  readonly split: MallocSplit | undefined;
  /** What of it the heap's own account tells; otherwise why that account tells nothing. */
  readonly accounted: AccountSteps | undefined;
}

/** What is known of the heap beside the map. */
export interface HeapEvidence {
  /** Of the same process and moment as the map. */
  readonly account: HeapAccount | undefined;
  /** What was live, as a heap recording counts it, and what malloc takes beside each byte. */
  readonly live: { readonly heap: LiveHeap; readonly overheadPerByte: number } | undefined;
  /** Who gives out the process's memory; undefined where that is not known. */
  readonly owner: Allocator | undefined;
}

/** @returns undefined where the map has no resident sizes. */
export function waterfall(
  groups: MemoryGroups,
  { account, live, owner }: HeapEvidence,
): Waterfall | undefined {
  const { mappings, total: sums, account: kernelSums } = groups;
  const place = placeOf(groups, owner);
  const unknown = mappings.filter(isUnknown);
  // Of files a core does not tell what was in RAM.
  const hasOnlyFilesUnknown = unknown.every(({ mapping }) => mapping.backing.kind === 'file');
  if (unknown.length === mappings.length || !hasOnlyFilesUnknown) return undefined;
  const { size } = sums;
  const resident = total(mappings, 'resident');
  const parts = memoryParts(mappings, place);
  const sumOf = (kind: PartKind) => partsSum(parts, kind, 'resident');
  const blocks = mappedBlocks(parts);
  const malloc: MallocRam = {
    resident: sumOf('malloc'),
    mapped: total(blocks, 'resident'),
    untouched: total(blocks, 'size') - total(blocks, 'resident'),
    elsewhere: sumOf('private'),
  };
  const privateLabel = labelOf(parts, 'private') ?? 'private memory, mmapped';
  const inHeap = { heap: malloc.resident + malloc.elsewhere, other: sumOf('small') };
  const accounted = account && accountSteps(account, inHeap, privateLabel);
  const told = accounted && 'steps' in accounted ? accounted : undefined;
  const split = live && !told ? mallocSplit(malloc, live.heap, live.overheadPerByte) : undefined;
  const others = parts.filter(({ kind }) => !told || !TOLD_KINDS.includes(kind));
  const inRam = [
    ...(told ? [...told.steps] : []),
    ...others.flatMap((part): WaterfallStep[] => {
      if (part.kind === 'malloc') return mallocSteps(part, split);
      if (part.kind === 'small' && told) return [{ ...stepOf(part), bytes: measured(told.other) }];
      return part.kind === 'code' ? codeSteps(part) : [stepOf(part)];
    }),
  ];
  const missing = [
    ...memoryParts(
      mappings.filter((one) => !isUnknown(one)),
      place,
    ).flatMap(notResidentStep),
    unknownStep(unknown),
  ];
  return {
    inRam: inRam.filter(isSome),
    resident,
    notInRam: missing.filter(isSome),
    notResident: size - resident,
    size,
    outside: outsideSteps(sums.swap, kernelSums).filter(isSome),
    areFilesUnknown: unknown.length > 0,
    malloc,
    split,
    accounted,
  };
}

const isUnknown = ({ mapping }: RoledMapping): boolean => mapping.resident === undefined;

function unknownStep(rows: readonly RoledMapping[]): WaterfallStep {
  const label = 'files: what of them is in RAM is not known';
  const bytes = measured(total(rows, 'size'));
  return {
    kind: 'untouched',
    label,
    bytes,
    source: counted(rows),
    topic: 'cores',
    knob: undefined,
  };
}

/** What the account of a heap takes apart. */
const TOLD_KINDS: readonly PartKind[] = ['malloc', 'private'];

const partsSum = (
  parts: readonly MemoryPart[],
  kind: PartKind,
  column: 'resident' | 'size',
): Bytes =>
  parts.reduce((sum, part) => sum + (part.kind === kind ? total(part.rows, column) : 0), 0);

const labelOf = (parts: readonly MemoryPart[], wanted: PartKind): string | undefined =>
  parts.find(({ kind }) => kind === wanted)?.label;

/** Blocks with a mapping of their own: what of them is untouched was asked for; the end of an arena is free. */
const mappedBlocks = (parts: readonly MemoryPart[]): readonly RoledMapping[] =>
  parts
    .flatMap(({ kind, rows }) => (kind === 'malloc' ? rows : []))
    .filter(({ use }) => use?.value === 'malloc-mapping');

const isSome = ({ bytes }: WaterfallStep): boolean => bytes.value !== 0;

const counted = (rows: readonly RoledMapping[]): string =>
  rows.length === 1 ? '1 mapping' : `${rows.length} mappings`;

function stepOf({ kind, label, topic, rows }: MemoryPart): WaterfallStep {
  const bytes = measured(total(rows, 'resident'));
  return { kind, label, bytes, source: counted(rows), topic, knob: undefined };
}

function mallocSteps(part: MemoryPart, split: MallocSplit | undefined): WaterfallStep[] {
  if (split?.parts === undefined) return [stepOf(part)];
  const { live, overhead, free } = split.parts;
  const step = (kind: StepKind, label: string, bytes: Claim<Bytes>, topic: TopicId) => ({
    ...{ kind, label, bytes, topic },
    source: undefined,
    knob: undefined,
  });
  return [
    step('live', LIVE, live, 'capacity'),
    step('overhead', "malloc's headers and rounding", overhead, 'chunk-header'),
    step('free', 'free inside malloc, not returned', free, 'freed-but-kept'),
  ];
}

/** Files of code by whether other processes share the pages, where the map says it. */
function codeSteps(part: MemoryPart): WaterfallStep[] {
  const { rows } = part;
  if (rows.some(({ mapping }) => mapping.uss === undefined)) return [stepOf(part)];
  const [resident, own] = [total(rows, 'resident'), total(rows, 'uss')];
  const step = (kind: StepKind, label: string, bytes: Bytes, topic: TopicId): WaterfallStep => ({
    ...{ kind, label, topic, knob: undefined },
    bytes: measured(bytes),
    source: counted(rows),
  });
  return [
    step('code-private', 'private code and data', own, 'parts-of-libraries'),
    step('code-shared', 'shared code and data', resident - own, 'rss-and-pss'),
  ];
}

/** What of a part is address space alone. */
function notResidentStep(part: MemoryPart): WaterfallStep[] {
  const { kind, label, rows } = part;
  const bytes = measured(total(rows, 'size') - total(rows, 'resident'));
  const step = (as: StepKind, words: string, topic: TopicId): WaterfallStep => ({
    ...{ kind: as, label: words, bytes, topic, knob: undefined },
    source: counted(rows),
  });
  switch (kind) {
    case 'reserved':
      return [step('reserved', label, 'overcommit')];
    case 'huge-pages':
      return [step('huge-pages', `${label}, not counted in RSS`, 'huge-pages')];
    case 'stacks':
      return [step('stack-space', 'stack space, never used', 'overcommit')];
    case 'code':
      return [step('code-unloaded', 'code and data, not loaded', 'overcommit')];
    case 'malloc':
      return [step('untouched', 'given to malloc, never touched', 'slack')];
    case 'file':
    case 'shared':
      return [step('untouched', `${label}, not in RAM`, 'overcommit')];
    default:
      return [step('untouched', `${label}, never touched`, 'slack')];
  }
}

function outsideSteps(
  swap: Bytes | undefined,
  kernelSums: MemoryGroups['account'],
): WaterfallStep[] {
  const named = (name: string) => kernelSums.find((entry) => entry.name === name)?.bytes ?? 0;
  const step = (label: string, bytes: Bytes, topic: TopicId): WaterfallStep => ({
    ...{ kind: 'outside', label, topic, knob: undefined, source: undefined },
    bytes: measured(bytes),
  });
  return [
    step('swapped out', swap ?? named('VmSwap'), 'rss-and-pss'),
    step('page tables', named('VmPTE'), 'page-tables'),
    step('huge pages of hugetlbfs', named('HugetlbPages'), 'huge-pages'),
  ];
}
