import type { StoryResult } from '../../results/story/schema.ts';

/** How sure it is that captures are of one run. */
export const MATCH_WORDS: Readonly<
  Record<NonNullable<StoryResult['mapAndLog']>['degree'], string>
> = {
  process: 'one process',
  layout: 'the same addresses',
  program: 'one program, several runs',
  none: 'not known to belong together',
  other: 'not of one program',
};
