/** What the kernel and the C library put into an address space, where, and how large. */
import type { Address } from '../model/address.ts';
import { type Bytes, KIB } from '../model/bytes.ts';

/** x86-64 puts the vsyscall page here in every process (Documentation/arch/x86/x86_64/mm.rst). */
export const VSYSCALL: Address = 0xffffffffff600000;

/** The vdso is one or two pages of code; JIT compilers map more. */
export const MAX_VDSO_BYTES: Bytes = 8 * KIB;

/**
 * How far behind the program the kernel may start the brk heap: randomisation moves it by at most
 * 32 MiB, 1 GiB for programs without position-independent code (arch_randomize_brk in
 * arch/x86/kernel/process.c).
 */
export const MAX_BRK_DISTANCE: Bytes = 2 ** 30;

/** The guard of a stack is a page, or as much as pthread_attr_setguardsize said. */
export const LARGEST_GUARD: Bytes = 64 * KIB;

/** PTHREAD_STACK_MIN of glibc is 16 KiB; below that nothing useful runs. */
export const SMALLEST_STACK: Bytes = 16 * KIB;

/** What the kernel calls the file behind memory of MAP_HUGETLB (hugetlb_file_setup, fs/hugetlbfs/inode.c). */
export const ANON_HUGEPAGE = 'anon_hugepage';

/** What the kernel calls the file behind shared anonymous memory (shmem_zero_setup, mm/shmem.c). */
export const SHARED_MEMORY = '/dev/zero (deleted)';

/** What it calls a System V segment (newseg, ipc/shm.c), which ends with its last attachment. */
export const segmentPath = (key: number): string =>
  `/SYSV${key.toString(16).padStart(8, '0')} (deleted)`;
