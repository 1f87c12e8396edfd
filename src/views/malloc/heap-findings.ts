import type { ContainerFindings } from '../../analysis/containers/containers.ts';
import type { GlibcAccount } from '../../analysis/malloc/glibc/account.ts';
import type { HeapSums } from '../../analysis/malloc/heap-sums.ts';
import type { Bytes } from '../../model/bytes.ts';

/** What the views show of a process's heap. */
export interface HeapFindings {
  readonly pid: number | undefined;
  readonly name: string | undefined;
  readonly threads: number;
  /** Whether it was read from the process itself and not from a core. */
  readonly isLive: boolean;
  readonly resident: Bytes | undefined;
  readonly swapped: Bytes;
  readonly account: GlibcAccount | undefined;
  readonly sums: HeapSums | undefined;
  /** Undefined where they were not looked for. */
  readonly containers: ContainerFindings | undefined;
  /** The allocator or runtime that has other memory of it. */
  readonly otherOwner: string | undefined;
}
