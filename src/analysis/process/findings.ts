import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { HeapAccount } from '../../model/heap-account.ts';
import type { ContainerFindings } from '../containers/containers.ts';
import type { ContainersDifference } from '../containers/containers-difference.ts';
import type { GlibcAccount } from '../malloc/glibc/account.ts';
import type { HeapSums } from '../malloc/heap-sums.ts';
import type { MemoryGroups } from '../memory-map/memory-groups.ts';

/** What is known of a process and the heap that malloc keeps for it. */
export interface MallocFindings {
  readonly pid: number | undefined;
  readonly name: string | undefined;
  readonly threads: number;
  /** Whether it was read from the process itself and not from a core. */
  readonly isLive: boolean;
  readonly resident: Bytes | undefined;
  readonly swapped: Bytes;
  readonly account: GlibcAccount | undefined;
  readonly sums: HeapSums | undefined;
  /** The sums as an account; undefined with them. */
  readonly summary: HeapAccount | undefined;
  /** Undefined where they were not looked for. */
  readonly containers: ContainerFindings | undefined;
  /** What differs from an earlier image of the program; undefined where none was named. */
  readonly difference?: ContainersDifference | undefined;
  /** The allocator or runtime that has other memory of it. */
  readonly otherOwner: string | undefined;
}

/** What a core tells. */
export interface CoreFindings {
  readonly machine: 'x86-64' | 'arm64';
  readonly executable: string | undefined;
  readonly death:
    | {
        readonly signal: string;
        readonly fault:
          | { readonly address: Address; readonly because: string | undefined }
          | undefined;
        readonly sender: number | 'itself' | undefined;
      }
    | undefined;
  readonly heap: MallocFindings;
  readonly groups: MemoryGroups;
  readonly missing: Bytes;
}
