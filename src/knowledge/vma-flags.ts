import { MAP } from '../model/syscall-trace.ts';

/**
 * Properties of a mapping besides its rights that keep the kernel from joining it with a neighbour:
 * the VM_* flags that mmap and madvise set (include/linux/mm.h, mm/madvise.c, linux/mman.h).
 * Which pages were touched no log shows; memory that is writable counts as touched.
 */
export const VMA = {
  SHARED: 0x1,
  NORESERVE: 0x2,
  HUGETLB: 0x4,
  GROWSDOWN: 0x8,
  HUGEPAGE: 0x10,
  NOHUGEPAGE: 0x20,
  DONTDUMP: 0x40,
  DONTFORK: 0x80,
  WIPEONFORK: 0x100,
  MERGEABLE: 0x200,
  RANDOM: 0x400,
  SEQUENTIAL: 0x800,
  ACCOUNT: 0x1000,
  /** No flag of the kernel's: the memory was writable, so it was written, as programs do. */
  WRITTEN: 0x2000,
} as const;

/** Whether two sets of flags let the kernel hold neighbours as one mapping. */
export function areFlagsAlike(left: number, right: number): boolean {
  return ((left ^ right) & ~VMA.WRITTEN) === 0;
}

/** The numbers of MADV_* (asm-generic/mman-common.h) with the flags that each sets and clears. */
const ADVICE: readonly (readonly [name: string, number: number, sets: number, clears: number])[] = [
  ['MADV_NORMAL', 0, 0, VMA.RANDOM | VMA.SEQUENTIAL],
  ['MADV_RANDOM', 1, VMA.RANDOM, VMA.SEQUENTIAL],
  ['MADV_SEQUENTIAL', 2, VMA.SEQUENTIAL, VMA.RANDOM],
  ['MADV_DONTFORK', 10, VMA.DONTFORK, 0],
  ['MADV_DOFORK', 11, 0, VMA.DONTFORK],
  ['MADV_MERGEABLE', 12, VMA.MERGEABLE, 0],
  ['MADV_UNMERGEABLE', 13, 0, VMA.MERGEABLE],
  ['MADV_HUGEPAGE', 14, VMA.HUGEPAGE, VMA.NOHUGEPAGE],
  ['MADV_NOHUGEPAGE', 15, VMA.NOHUGEPAGE, VMA.HUGEPAGE],
  ['MADV_DONTDUMP', 16, VMA.DONTDUMP, 0],
  ['MADV_DODUMP', 17, 0, VMA.DONTDUMP],
  ['MADV_WIPEONFORK', 18, VMA.WIPEONFORK, 0],
  ['MADV_KEEPONFORK', 19, 0, VMA.WIPEONFORK],
];

export interface AdviceEffect {
  readonly sets: number;
  readonly clears: number;
}

/** By name, and by number as `strace -X raw` shows it. */
const EFFECTS: ReadonlyMap<string, AdviceEffect> = new Map(
  ADVICE.flatMap(([name, number, sets, clears]) =>
    [name, String(number), `0x${number.toString(16)}`].map((text) => [text, { sets, clears }]),
  ),
);

/** What an advice changes for good; undefined for those that act once, such as MADV_DONTNEED. */
export function adviceEffect(advice: string): AdviceEffect | undefined {
  return EFFECTS.get(advice) ?? EFFECTS.get(advice.split(' ', 1)[0]!);
}

/**
 * What new rights make of flags. Private memory counts against the commit limit from when it is
 * first writable, and goes on to when it was written (mm/mprotect.c, accountable_mapping in
 * mm/mmap.c): so the part of a library that is made read-only after relocation stays apart from its
 * neighbour that always was.
 */
export function flagsUnder(flags: number, isWritable: boolean, isAnonymous: boolean): number {
  if (!isWritable) {
    const isUntouched = isAnonymous && (flags & VMA.WRITTEN) === 0;
    return isUntouched ? flags & ~VMA.ACCOUNT : flags;
  }
  const isAccountable = (flags & (VMA.SHARED | VMA.NORESERVE | VMA.HUGETLB)) === 0;
  return flags | VMA.WRITTEN | (isAccountable ? VMA.ACCOUNT : 0);
}

/** What of mmap's flags keeps a mapping apart from its neighbours. */
export function mappingFlags(flags: number): number {
  let vma = 0;
  if ((flags & MAP.SHARED) !== 0) vma |= VMA.SHARED;
  if ((flags & MAP.NORESERVE) !== 0) vma |= VMA.NORESERVE;
  if ((flags & MAP.HUGETLB) !== 0) vma |= VMA.HUGETLB;
  if ((flags & MAP.GROWSDOWN) !== 0) vma |= VMA.GROWSDOWN;
  // Since Linux 6.7 (mman.h, calc_vm_flag_bits), so that stacks do not become huge pages.
  if ((flags & MAP.STACK) !== 0) vma |= VMA.NOHUGEPAGE;
  return vma;
}
