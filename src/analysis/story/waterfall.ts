/**
 * From what a program holds to what the system counts: every byte of RSS and of the address space in
 * one step each.
 */
import type { Bytes } from '../../model/bytes.ts';
import { type Claim, inferred, measured } from '../../model/claim.ts';
import type { Footprint } from '../../model/memory-map.ts';
import type { TopicId } from '../../model/topic.ts';
import type { MemoryGroups, RoledMapping } from '../memory-groups.ts';
import type { RowUse } from '../row-uses.ts';

export interface WaterfallStep {
  readonly label: string;
  readonly bytes: Claim<Bytes>;
  readonly topic: TopicId;
  /** What makes it smaller. */
  readonly knob: string | undefined;
}

export interface Waterfall {
  /** They sum to `resident`. */
  readonly inRam: readonly WaterfallStep[];
  readonly resident: Bytes;
  /** They sum to `size` less `resident`. */
  readonly notInRam: readonly WaterfallStep[];
  readonly size: Bytes;
  /** In neither. */
  readonly outside: readonly WaterfallStep[];
}

/** The largest step of a list, and its part of the whole. */
export interface MainStep {
  readonly step: WaterfallStep;
  readonly percent: number;
}

/** What makes up most of the memory in RAM, and of the address space that is not. */
export function mainSteps({ inRam, resident, notInRam, size }: Waterfall): {
  readonly inRam: MainStep | undefined;
  readonly notInRam: MainStep | undefined;
} {
  const largest = (steps: readonly WaterfallStep[], whole: Bytes): MainStep | undefined => {
    const step = steps.toSorted((a, b) => b.bytes.value - a.bytes.value)[0];
    return step && { step, percent: (100 * step.bytes.value) / whole };
  };
  return { inRam: largest(inRam, resident), notInRam: largest(notInRam, size - resident) };
}

/** Memory that malloc gives out. */
const MALLOC_USES: readonly RowUse[] = ['malloc-mapping', 'thread-arena'];

const isMalloc = ({ role, use }: RoledMapping): boolean =>
  role.value === 'heap' || (use !== undefined && MALLOC_USES.includes(use.value));

const isStack = ({ role, use }: RoledMapping): boolean =>
  role.value === 'stack' || use?.value === 'thread-stack';

const isFile = ({ role }: RoledMapping): boolean =>
  ['library', 'executable', 'file', 'kernel'].includes(role.value);

/** No rights: never in RAM. */
const isReserved = ({ mapping }: RoledMapping): boolean => mapping.permissions.startsWith('---');

/**
 * @param held bytes that the program holds, as a heap recording counts them; undefined without one.
 * @returns undefined where the map has no resident sizes.
 */
export function waterfall(
  { mappings, total, account }: MemoryGroups,
  held: Claim<Bytes> | undefined,
): Waterfall | undefined {
  const { resident, size } = total;
  if (resident === undefined) return undefined;
  const sum = (belongs: (one: RoledMapping) => boolean, column: keyof Footprint) =>
    mappings.filter(belongs).reduce((bytes, { mapping }) => bytes + (mapping[column] ?? 0), 0);
  const isOther = (one: RoledMapping) => !isMalloc(one) && !isStack(one) && !isFile(one);

  const ofMalloc = sum(isMalloc, 'resident');
  const steps: WaterfallStep[] = [
    ...mallocSteps(ofMalloc, held),
    step('other private memory: loader, buffers', sum(isOther, 'resident'), 'anonymous-memory'),
    step('stacks', sum(isStack, 'resident'), 'guard-pages'),
    ...fileSteps(mappings.filter(isFile)),
  ];
  const untouched = (belongs: (one: RoledMapping) => boolean) => (one: RoledMapping) =>
    belongs(one) && !isReserved(one);
  const missing = (belongs: (one: RoledMapping) => boolean) =>
    sum(untouched(belongs), 'size') - sum(untouched(belongs), 'resident');
  const notInRam = [
    step("malloc's memory, never touched", missing(isMalloc), 'slack', SHRINK),
    step('reserved without rights', sum(isReserved, 'size'), 'arenas', ARENAS),
    step('stacks, never so deep', missing(isStack), 'overcommit'),
    step('program and libraries, not needed', missing(isFile), 'overcommit'),
    step('other memory, never touched', missing(isOther), 'slack'),
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
    size,
    outside: outside.filter(isSome),
  };
}

const SHRINK = 'with_capacity, shrink_to_fit';
const TRIM = 'malloc_trim(0)';
const ARENAS = 'MALLOC_ARENA_MAX';

const isSome = ({ bytes }: WaterfallStep): boolean => bytes.value !== 0;

function step(label: string, bytes: Bytes, topic: TopicId, knob?: string): WaterfallStep {
  return { label, bytes: measured(bytes), topic, knob };
}

/** What malloc has in RAM: what the program holds of it, where that is known, and the rest. */
function mallocSteps(resident: Bytes, held: Claim<Bytes> | undefined): WaterfallStep[] {
  if (held === undefined) {
    return [step('heap, arenas, large blocks of malloc', resident, 'freed-but-kept', TRIM)];
  }
  const because = 'what malloc has in RAM less what the program holds';
  const rest = resident - held.value;
  if (rest < 0) {
    // Of large blocks only the touched pages are in RAM.
    return [
      {
        label: "malloc's memory, of which not all was touched",
        bytes: measured(resident),
        topic: 'capacity',
        knob: SHRINK,
      },
    ];
  }
  return [
    { label: 'held by the program', bytes: held, topic: 'capacity', knob: SHRINK },
    {
      label: "malloc's own: headers, freed but kept",
      bytes: inferred(rest, because),
      topic: 'freed-but-kept',
      knob: TRIM,
    },
  ];
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
