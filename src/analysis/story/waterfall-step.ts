import type { Bytes } from '../../model/bytes.ts';
import type { Claim } from '../../model/claim.ts';
import type { TopicId } from '../../model/topic.ts';

/** A part of a process's memory, next to the parts that it is added to. */
export interface WaterfallStep {
  readonly label: string;
  readonly bytes: Claim<Bytes>;
  readonly topic: TopicId;
  /** What makes it smaller. */
  readonly knob: string | undefined;
}
