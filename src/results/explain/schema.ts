import { z } from 'zod';
import { storySchema } from '../story/schema.ts';

const topics = z.object({
  topics: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      text: z.string().describe('lines of at most 80 columns'),
    }),
  ),
});

/** Of topics, or of captures. */
export const explainSchema = z.union([topics, storySchema]);

export type TopicsResult = z.infer<typeof topics>;
