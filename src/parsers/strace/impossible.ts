import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { SyscallEvent } from '../../model/syscall-trace.ts';

const ADDRESS_SPACE_END = 2 ** 64;
/** 8 PiB: longer ones cannot be summed exactly, and no program has them. */
const LONGEST = Number.MAX_SAFE_INTEGER;
const SMALLEST_PAGE = 4096;

/** What the kernel would have refused (mm/mmap.c, mm/mremap.c: EINVAL). */
export function whatIsImpossible(event: SyscallEvent): string | undefined {
  switch (event.call) {
    case 'mmap':
      return whatIsWrong(event.result, event.length, 1);
    case 'munmap':
      return whatIsWrong(event.start, event.length, 1);
    case 'mremap':
      return (
        whatIsWrong(event.oldStart, event.oldLength, 0) ??
        whatIsWrong(event.result, event.newLength, 1)
      );
    case 'mprotect':
    case 'madvise':
      return whatIsWrong(event.start, event.length, 0);
    case 'shmget':
      return whatIsWrong(0, event.length, 0);
    case 'shmat':
      return whatIsWrong(event.result, 0, 0);
    case 'shmdt':
      return whatIsWrong(event.start, 0, 0);
    default:
      return undefined;
  }
}

function whatIsWrong(start: Address, length: Bytes, least: Bytes): string | undefined {
  if (length < least) return 'its length is 0';
  if (start % SMALLEST_PAGE !== 0) return 'its address is not that of a page';
  if (length > LONGEST || start + length > ADDRESS_SPACE_END)
    return 'it goes beyond the end of the address space';
  return undefined;
}
