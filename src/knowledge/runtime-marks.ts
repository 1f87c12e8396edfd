/** How language runtimes show in system calls and in memory maps; a process may have several. */
import { KIB, MIB } from '../model/bytes.ts';
import { MAP, PROT } from '../model/syscall-trace.ts';
import { GO_HEAP } from './allocator-constants.ts';
import type { Allocator } from './allocator-marks.ts';
import { LARGEST_SIGNAL_STACK } from './memory-uses.ts';

const READ_WRITE = PROT.READ | PROT.WRITE;

const V8_PAGE = 256 * KIB;

export const RUNTIMES: readonly Allocator[] = [
  {
    id: 'go',
    title: 'Go',
    role: 'runtime',
    source: 'Go 1.19, runtime/malloc.go (arena hints; persistentChunkSize 256 KiB)',
    hasOwnHeap: true,
    uses: {
      arena: 'Go runtime, tables',
      'malloc-mapping': 'Go runtime, large tables',
      small: 'Go runtime, small tables',
    },
    mmap: [
      {
        says: 'its heap begins at 0xc000000000',
        times: 1,
        fits: ({ start }) => start === GO_HEAP,
      },
    ],
    rows: [
      {
        says: 'its heap begins at 0xc000000000',
        times: 1,
        fits: ({ start }) => start === GO_HEAP,
      },
    ],
  },
  {
    id: 'cpython',
    title: 'CPython',
    role: 'runtime',
    source: 'CPython 3.11, Objects/obmalloc.c (ARENA_BITS 20)',
    hasOwnHeap: true,
    uses: { arena: 'CPython arenas' },
    language: 'python',
    file: /(?:^|\/)(?:lib)?python\d[\d.]*[dmtu]*(?:\.so[\d.]*)?$/,
    mmap: [
      {
        // Before 3.10 they had 256 KiB, which are no mark: so have tables of Go and many buffers.
        says: 'it maps arenas of exactly 1 MiB',
        times: 3,
        protection: READ_WRITE,
        fits: ({ length, flags }) =>
          length === MIB && (flags & (MAP.FIXED | MAP.NORESERVE | MAP.STACK)) === 0,
      },
    ],
  },
  {
    id: 'v8',
    title: 'V8',
    role: 'runtime',
    source: 'V8, src/base/build_config.h (kPageSizeBits 18); seen in maps of Node 20 and 24',
    hasOwnHeap: true,
    file: /(?:^|\/)(?:node|nodejs|deno|electron|chrome|chromium|libnode\.so[\d.]*)$/,
    rows: [
      {
        says: 'its heap lies in pages of 256 KiB',
        times: 16,
        fits: ({ start, size }) => size === V8_PAGE && start % V8_PAGE === 0,
      },
    ],
  },
  {
    id: 'jvm',
    title: 'Java virtual machine',
    role: 'runtime',
    source: 'OpenJDK, src/hotspot (libjvm.so)',
    hasOwnHeap: true,
    file: /(?:^|\/)libjvm\.so$/,
  },
  {
    id: 'rust',
    title: 'Rust',
    role: 'runtime',
    language: 'rust',
    source: 'Rust 1.95, library/std/src/sys/pal/unix/stack_overflow.rs (make_handler)',
    mmap: [
      {
        says: 'it maps a small stack for signal handlers',
        times: 1,
        protection: READ_WRITE,
        flags: MAP.STACK,
        fits: ({ length }) => length <= LARGEST_SIGNAL_STACK,
      },
    ],
  },
  {
    id: 'c++',
    title: 'C++',
    role: 'library',
    language: 'c++',
    source: 'the sonames of GCC’s and of LLVM’s standard library',
    file: /(?:^|\/)lib(?:std)?c\+\+\.so/,
  },
];
