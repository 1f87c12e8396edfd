/** The pages of docs/explain: terms that a number can be explained by. */
export const TOPIC_IDS = [
  'anonymous-memory',
  'arenas',
  'bins',
  'brk-step',
  'capacity',
  'chunk-header',
  'containers',
  'cores',
  'dirty-pages',
  'fragmentation',
  'freed-but-kept',
  'growth-chains',
  'guard-pages',
  'huge-pages',
  'inferred',
  'leaks',
  'malloc-trim',
  'merged-rows',
  'mmap-threshold',
  'mremap',
  'never-read',
  'overcommit',
  'page-rounding',
  'page-tables',
  'parts-of-libraries',
  'peak',
  'rss-and-pss',
  'sampled-profiles',
  'short-lived',
  'slack',
  'temporary-allocations',
  'thread-caches',
  'top-of-heap',
  'vec-growth',
] as const;

export type TopicId = (typeof TOPIC_IDS)[number];

/** A page of docs/explain. */
export interface TopicText {
  /** As the user names it: `page-rounding`. */
  readonly id: string;
  readonly title: string;
  /** Lines of at most 80 columns, blank lines between paragraphs. */
  readonly text: string;
}
