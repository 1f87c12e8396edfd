import type { Bytes } from '../../model/bytes.ts';
import type { Claim } from '../../model/claim.ts';
import type { TopicId } from '../../model/topic.ts';
import type { PartKind } from './memory-parts.ts';

/** `live`, `overhead` and `free` are parts of what malloc has, where something tells them apart. */
export type StepKind =
  | PartKind
  | 'live'
  | 'overhead'
  | 'free'
  | 'code-private'
  | 'code-shared'
  | 'code-unloaded'
  | 'untouched'
  | 'stack-space'
  | 'outside';

/** What the program asked for and has not freed. */
export const LIVE = 'live: allocated and not freed';

/** A part of a process's memory, next to the parts that it is added to. */
export interface WaterfallStep {
  readonly kind: StepKind;
  readonly label: string;
  readonly bytes: Claim<Bytes>;
  /** Where a measured number comes from, in a few words: `12 mappings`. */
  readonly source: string | undefined;
  readonly topic: TopicId;
  /** What makes it smaller. */
  readonly knob: string | undefined;
}
