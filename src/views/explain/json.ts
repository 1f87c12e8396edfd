import type { ExplainJson } from './schema.ts';

/** A page of docs/explain. */
export interface TopicText {
  /** As the user names it: `page-rounding`. */
  readonly id: string;
  readonly title: string;
  /** Lines of at most 80 columns, blank lines between paragraphs. */
  readonly text: string;
}

/** The result of `memtool explain --json`. */
export function explainJson(topics: readonly TopicText[]): ExplainJson {
  return { topics: topics.map(({ id, title, text }) => ({ id, title, text })) };
}
