import type { TopicText } from '../../model/topic.ts';
import { left, type Report } from '../report.ts';

/** One page of prose. */
export function topicReport({ title, text }: TopicText): Report {
  return { title: [title], sections: [{ prose: text.split('\n') }] };
}

/** All pages by name. */
export function topicListReport(topics: readonly TopicText[]): Report {
  return {
    title: ['memtool explain TOPIC'],
    sections: [
      {
        table: {
          columns: [left('topic'), left('')],
          rows: topics.map(({ id, title }) => ({ cells: [id, title] })),
        },
      },
    ],
  };
}
