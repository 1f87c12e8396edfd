import type { HeapProfile } from './heap-profile.ts';
import type { MemoryMaps } from './memory-map.ts';
import type { SyscallTrace } from './syscall-trace.ts';

/** What any capture becomes: many formats, three models. */
export type Artifact = MemoryMaps | SyscallTrace | HeapProfile;
