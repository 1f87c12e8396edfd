import { ALLOCATORS, type Allocator, type Mark } from '../../knowledge/allocator-marks.ts';
import { type Claim, inferred } from '../../model/claim.ts';

/** An allocator or a runtime that the calls of a process betray. */
export interface RecognisedAllocator {
  /** With what was seen. */
  readonly allocator: Claim<Allocator>;
  /** The line that decided. */
  readonly line: number;
}

type MarkedCall = 'brk' | 'mmap' | 'mprotect';

interface Watched {
  readonly allocator: Allocator;
  readonly mark: Mark<never>;
  readonly seen: number;
}

interface Decision {
  readonly says: string;
  readonly line: number;
}

type CallOf<Name extends MarkedCall> = Parameters<NonNullable<Allocator[Name]>[number]['fits']>[0];

/** Collects the marks of allocators in the calls of one address space. */
export class AllocatorSigns {
  /** Marks that were not seen often enough yet; a decided one is watched no more. */
  readonly #watched: Record<MarkedCall, readonly Watched[]>;
  readonly #byFile: Map<Allocator, Decision>;
  readonly #byMark: Map<Allocator, Decision>;

  /** @param parent what a fork has seen already. */
  constructor(parent?: AllocatorSigns) {
    this.#watched = parent
      ? { ...parent.#watched }
      : { brk: all('brk'), mmap: all('mmap'), mprotect: all('mprotect') };
    this.#byFile = new Map(parent ? parent.#byFile : []);
    this.#byMark = new Map(parent ? parent.#byMark : []);
  }

  /** The process opened or executed a file. */
  file(path: string, line: number): void {
    for (const allocator of ALLOCATORS) {
      if (this.#byFile.has(allocator) || !allocator.file?.test(path)) continue;
      this.#byFile.set(allocator, { says: `it opens ${path}`, line });
    }
  }

  call<Name extends MarkedCall>(name: Name, facts: CallOf<Name>, line: number): void {
    for (const watched of this.#watched[name]) {
      if (watched.mark.fits(facts as never)) this.#see(name, watched, line);
    }
  }

  /** The allocator behind malloc; undefined where nothing tells. */
  get malloc(): RecognisedAllocator | undefined {
    const ofMalloc = ALLOCATORS.filter(({ role }) => role === 'malloc');
    const byFile = ofMalloc.find((allocator) => this.#byFile.has(allocator));
    const found = byFile ?? ofMalloc.find((allocator) => this.#byMark.has(allocator));
    return found && this.#recognised(found);
  }

  get runtimes(): readonly RecognisedAllocator[] {
    const marked = new Set([...this.#byMark.keys()].map(({ id }) => id));
    return ALLOCATORS.filter(
      (one) =>
        one.role === 'runtime' &&
        (this.#byFile.has(one) ||
          (this.#byMark.has(one) && !(one.unless && marked.has(one.unless)))),
    ).map((one) => this.#recognised(one));
  }

  #see(name: MarkedCall, watched: Watched, line: number): void {
    const seen = watched.seen + 1;
    const { allocator, mark } = watched;
    const isDecided = seen >= mark.times;
    if (isDecided && !this.#byMark.has(allocator)) {
      this.#byMark.set(allocator, { says: mark.says, line });
    }
    this.#watched[name] = this.#watched[name].flatMap((one) => {
      if (one !== watched) return one;
      return isDecided ? [] : { allocator, mark, seen };
    });
  }

  #recognised(allocator: Allocator): RecognisedAllocator {
    const { says, line } = (this.#byFile.get(allocator) ?? this.#byMark.get(allocator))!;
    return { allocator: inferred(allocator, says), line };
  }
}

function all(name: MarkedCall): readonly Watched[] {
  return ALLOCATORS.flatMap((allocator) =>
    (allocator[name] ?? []).map((mark) => ({ allocator, mark: mark as Mark<never>, seen: 0 })),
  );
}
