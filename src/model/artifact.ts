import type { HeapAccount } from './heap-account.ts';
import type { HeapProfile } from './heap-profile.ts';
import type { MemoryMaps } from './memory-map.ts';
import type { SyscallTrace } from './syscall-trace.ts';

/** What any capture becomes: many formats, four models. */
export type Artifact = MemoryMaps | SyscallTrace | HeapProfile | HeapAccount;
