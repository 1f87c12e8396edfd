import type {
  Allocator,
  BrkGrowth,
  MappingMark,
  Mark,
  ProtectionChange,
} from '../../knowledge/allocators/allocator.ts';
import { ALL_ALLOCATORS } from '../../knowledge/allocators/index.ts';
import type { Language } from '../../knowledge/containers.ts';
import { type AnonymousMapping, isOf, wholePattern } from '../../knowledge/mapping-pattern.ts';
import { allocatorsOfFile } from '../../knowledge/memory-owner.ts';
import { type Claim, inferred } from '../../model/claim.ts';

/** An allocator or a runtime that the calls of a process betray. */
export interface RecognisedAllocator {
  /** With what was seen. */
  readonly allocator: Claim<Allocator>;
  /** The name of a file says it. */
  readonly isByFile: boolean;
  /** The line that decided. */
  readonly line: number;
}

/** A mark and whose it is. */
interface Watched<AnyMark> {
  readonly allocator: Allocator;
  readonly mark: AnyMark;
}

interface Decision {
  readonly says: string;
  readonly line: number;
}

const wholeMark = ({ says, times, ...pattern }: MappingMark): MappingMark => ({
  says,
  times,
  ...wholePattern(pattern),
});

function watch<AnyMark>(allocator: Allocator, marks: readonly AnyMark[] = []): Watched<AnyMark>[] {
  return marks.map((mark) => ({ allocator, mark }));
}

const ALL_BRK = ALL_ALLOCATORS.flatMap((one) => watch(one, one.brk));
const ALL_MMAP = ALL_ALLOCATORS.flatMap((one) => watch(one, one.mmap?.map(wholeMark)));
const ALL_MPROTECT = ALL_ALLOCATORS.flatMap((one) => watch(one, one.mprotect));

const NOTHING: ReadonlyMap<never, never> = new Map<never, never>();

function withEntry<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  key: Key,
  value: Value,
): ReadonlyMap<Key, Value> {
  return new Map(map).set(key, value);
}

/** Collects the marks of allocators in the calls of one address space. */
export class AllocatorDetection {
  /** Those that were not seen often enough yet; a decided one is watched no more. */
  #brk: readonly Watched<Mark<BrkGrowth>>[];
  #mmap: readonly Watched<MappingMark>[];
  #mprotect: readonly Watched<Mark<ProtectionChange>>[];
  /** How often each was seen, from the first time on. */
  #seen: ReadonlyMap<unknown, number>;
  #byFile: ReadonlyMap<Allocator, Decision>;
  #byMark: ReadonlyMap<Allocator, Decision>;

  /** @param parent what a fork has seen already. */
  constructor(parent?: AllocatorDetection) {
    this.#brk = parent ? parent.#brk : ALL_BRK;
    this.#mmap = parent ? parent.#mmap : ALL_MMAP;
    this.#mprotect = parent ? parent.#mprotect : ALL_MPROTECT;
    // Sights are few and forks are many: what they share is replaced when there is one more.
    this.#seen = parent ? parent.#seen : NOTHING;
    this.#byFile = parent ? parent.#byFile : NOTHING;
    this.#byMark = parent ? parent.#byMark : NOTHING;
  }

  /** The process executed, opened or mapped a file. */
  file(path: string, line: number): void {
    for (const allocator of allocatorsOfFile(path)) {
      if (this.#byFile.has(allocator)) continue;
      this.#byFile = withEntry(this.#byFile, allocator, { says: `it opens ${path}`, line });
    }
  }

  brk(growth: BrkGrowth, line: number): void {
    for (const watched of this.#brk) {
      if (!watched.mark.fits(growth) || !this.#isDecided(watched, line)) continue;
      this.#brk = this.#brk.filter((one) => one !== watched);
    }
  }

  mmap(mapping: AnonymousMapping, line: number): void {
    for (const watched of this.#mmap) {
      if (!isOf(watched.mark, mapping) || !this.#isDecided(watched, line)) continue;
      this.#mmap = this.#mmap.filter((one) => one !== watched);
    }
  }

  mprotect(change: ProtectionChange, line: number): void {
    for (const watched of this.#mprotect) {
      if (!watched.mark.fits(change) || !this.#isDecided(watched, line)) continue;
      this.#mprotect = this.#mprotect.filter((one) => one !== watched);
    }
  }

  /** The allocator behind malloc; undefined where nothing tells. */
  get malloc(): RecognisedAllocator | undefined {
    const ofMalloc = ALL_ALLOCATORS.filter(({ role }) => role === 'malloc');
    const byFile = ofMalloc.find((allocator) => this.#byFile.has(allocator));
    const found = byFile ?? ofMalloc.find((allocator) => this.#byMark.has(allocator));
    return found && this.#recognised(found);
  }

  get runtimes(): readonly RecognisedAllocator[] {
    return this.#seenAmong(ALL_ALLOCATORS.filter(({ role }) => role === 'runtime'));
  }

  /**
   * What the program is written in: an interpreter that a file name tells, else what showed first.
   * Undefined where nothing tells.
   */
  get language(): Language | undefined {
    const seen = this.#seenAmong(ALL_ALLOCATORS.filter(({ language }) => language !== undefined));
    const interpreter = seen.find(
      ({ allocator, isByFile }) => isByFile && allocator.value.hasOwnHeap,
    );
    const first = interpreter ?? seen.toSorted((a, b) => a.line - b.line)[0];
    return first?.allocator.value.language;
  }

  /** Counts a sight of a mark. */
  #isDecided(watched: Watched<MappingMark | Mark<never>>, line: number): boolean {
    const { allocator, mark } = watched;
    const seen = (this.#seen.get(mark) ?? 0) + 1;
    this.#seen = withEntry(this.#seen, mark, seen);
    if (seen < mark.times) return false;
    if (!this.#byMark.has(allocator)) {
      this.#byMark = withEntry(this.#byMark, allocator, { says: mark.says, line });
    }
    return true;
  }

  #seenAmong(allocators: readonly Allocator[]): RecognisedAllocator[] {
    return allocators
      .filter((one) => this.#byFile.has(one) || this.#byMark.has(one))
      .map((one) => this.#recognised(one));
  }

  #recognised(allocator: Allocator): RecognisedAllocator {
    const { says, line } = (this.#byFile.get(allocator) ?? this.#byMark.get(allocator))!;
    return { allocator: inferred(allocator, says), isByFile: this.#byFile.has(allocator), line };
  }
}
