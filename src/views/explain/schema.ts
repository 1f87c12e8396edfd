import { z } from 'zod';

export const explainSchema = z.object({
  topics: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      text: z.string().describe('lines of at most 80 columns'),
    }),
  ),
});

export type ExplainJson = z.infer<typeof explainSchema>;
