import type { Fold } from './fold.ts';
import type { HeapAccount } from './heap-account.ts';
import type { HeapProfile, HeapRequest } from './heap-profile.ts';
import type { MemoryMaps } from './memory-map.ts';
import type { SyscallEvent, SyscallTrace } from './syscall-trace.ts';

/** The models, by their kinds. */
interface Models {
  'memory-maps': MemoryMaps;
  'syscall-trace': SyscallTrace;
  'heap-profile': HeapProfile;
  'heap-account': HeapAccount;
}

/** What any capture becomes: many formats, four models. */
export type Artifact = Models[keyof Models];

export type ArtifactOf<Kind extends keyof Models> = Models[Kind];

/** What can be asked of a capture beside its model, for each model. */
export interface Requests extends Record<keyof Models, object> {
  'syscall-trace': {
    /** Computations that want the events as they are read. */
    readonly folds?: readonly Fold<SyscallEvent, unknown>[];
  };
  'heap-profile': HeapRequest;
}

type Questions = { readonly [Kind in keyof Requests]: keyof Requests[Kind] };

/** The names of what can be asked of some models. */
export type QuestionsOf<Kind extends keyof Models> = Questions[Kind];
