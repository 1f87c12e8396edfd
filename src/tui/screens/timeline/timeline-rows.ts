/** What was there at the cursor of the timeline. */
import type { CaptureLine } from '../../../model/capture-info.ts';
import type { TopicId } from '../../../model/topic.ts';
import type { Intent } from '../../intents.ts';
import type { Tone } from '../../theme.ts';

export interface MomentRow {
  readonly bytes: number;
  readonly label: string;
  readonly tone: Tone;
  readonly topic: TopicId;
  readonly evidence: string;
  readonly place: CaptureLine | undefined;
  /** What the bar is a part of; undefined for the sum of the chart. */
  readonly whole?: number;
  readonly open?: Intent;
  readonly container?: number;
}
