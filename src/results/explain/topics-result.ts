import type { TopicText } from '../../model/topic.ts';
import type { TopicsResult } from './schema.ts';

/** The result of `memtool explain --json`. */
export function topicsResult(topics: readonly TopicText[]): TopicsResult {
  return { topics: topics.map(({ id, title, text }) => ({ id, title, text })) };
}
