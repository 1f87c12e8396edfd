/** Languages and runtimes that only show: what their allocators take is not known here. */
import type { Address } from '../../model/address.ts';
import { type Bytes, KIB } from '../../model/bytes.ts';
import { MAP, PROT } from '../../model/syscall-trace.ts';
import type { Allocator } from './allocator.ts';

export const V8_PAGE = 256 * KIB;

export const v8: Allocator = {
  id: 'v8',
  title: 'V8',
  role: 'runtime',
  tellsLive: 'process.memoryUsage() in the program',
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
};

/** Of a heap of up to 32 GiB, whose pointers are compressed (CompressedOops::heap_range, OopEncodingHeapMax). */
const JAVA_HEAP_END: Address = 2 ** 35;

export const isInJavaHeap = (start: Address): boolean => start < JAVA_HEAP_END;

export const jvm: Allocator = {
  id: 'jvm',
  title: 'Java virtual machine',
  role: 'runtime',
  tellsLive: 'jcmd PID GC.heap_info',
  source: 'OpenJDK, src/hotspot (libjvm.so)',
  hasOwnHeap: true,
  file: /(?:^|\/)libjvm\.so$/,
};

/** std gives threads a stack for signal handlers this size at most (sys/pal/unix/stack_overflow.rs). */
export const LARGEST_SIGNAL_STACK: Bytes = 64 * KIB;

export const rust: Allocator = {
  id: 'rust',
  title: 'Rust',
  role: 'runtime',
  language: 'rust',
  source: 'Rust 1.95, library/std/src/sys/pal/unix/stack_overflow.rs (make_handler)',
  mmap: [
    {
      says: 'it maps a small stack for signal handlers',
      times: 1,
      protection: PROT.READ | PROT.WRITE,
      flags: MAP.STACK,
      fits: ({ length }) => length <= LARGEST_SIGNAL_STACK,
    },
  ],
};

export const cpp: Allocator = {
  id: 'cpp',
  title: 'C++',
  role: 'library',
  language: 'c++',
  source: 'the sonames of GCC’s and of LLVM’s standard library',
  file: /(?:^|\/)lib(?:std)?c\+\+\.so/,
};
