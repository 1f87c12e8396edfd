import type { TopicText } from '../../model/topic.ts';
import type { ExplainJson } from './schema.ts';

/** The result of `memtool explain --json`. */
export function explainJson(topics: readonly TopicText[]): ExplainJson {
  return { topics: topics.map(({ id, title, text }) => ({ id, title, text })) };
}
