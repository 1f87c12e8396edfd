/**
 * Which page of docs/explain tells of which number: the one table that JSON, reports and screens read. A number
 * goes by the name of its field; what has no field of its own, by what it is.
 */
import type { CostKind } from '../analysis/heap/costs.ts';
import type { Role } from '../analysis/memory-map/mapping-roles.ts';
import type { MappingUse } from '../analysis/memory-map/mapping-uses.ts';
import type { TopicId } from '../model/topic.ts';

/** Fields of JSON documents; they mean the same in all. */
export const FIELD_TOPICS = {
  // Memory maps
  sizeBytes: 'overcommit',
  residentBytes: 'rss-and-pss',
  touchedBytes: 'rss-and-pss',
  pssBytes: 'rss-and-pss',
  ussBytes: 'rss-and-pss',
  swapBytes: 'rss-and-pss',
  dirtyBytes: 'dirty-pages',
  anonymousBytes: 'anonymous-memory',
  hugePageBytes: 'huge-pages',
  lazyFreeBytes: 'freed-but-kept',
  mergedRows: 'merged-rows',
  // Calls
  heapBytes: 'brk-step',
  deltaBytes: 'brk-step',
  leastRequestBytes: 'brk-step',
  mmapThreshold: 'mmap-threshold',
  firstBytes: 'mmap-threshold',
  trimBytes: 'freed-but-kept',
  heapGrownSinceBytes: 'mmap-threshold',
  reservedBytes: 'overcommit',
  peakBytes: 'peak',
  atPeakBytes: 'peak',
  peakResidentBytes: 'peak',
  peakMappedBytes: 'growth-chains',
  peakTogetherBytes: 'growth-chains',
  leftHeapBytes: 'growth-chains',
  mappedBytes: 'page-rounding',
  mappedPages: 'page-rounding',
  pages: 'page-rounding',
  pageBytes: 'page-rounding',
  // Containers
  capacity: 'capacity',
  capacities: 'capacity',
  elementBytes: 'capacity',
  usedBytes: 'capacity',
  requestedBytes: 'capacity',
  elements: 'capacity',
  headerBytes: 'chunk-header',
  overheads: 'chunk-header',
  remaps: 'mremap',
  moves: 'mremap',
  remappedBytes: 'mremap',
  copies: 'vec-growth',
  copiedBytes: 'vec-growth',
  savedSteps: 'vec-growth',
  savedCopiedBytes: 'vec-growth',
  slack: 'slack',
  slackBytes: 'slack',
  slackElements: 'slack',
  savedBytes: 'slack',
  savedSlackBytes: 'slack',
  // The heap of malloc
  binned: 'bins',
  binnedBytes: 'bins',
  returnedBytes: 'freed-but-kept',
  fast: 'bins',
  cached: 'thread-caches',
  topBytes: 'top-of-heap',
  largestFreeBytes: 'fragmentation',
  trimmableBytes: 'malloc-trim',
  liveHeaderBytes: 'chunk-header',
  arenas: 'arenas',
  untouchedEndBytes: 'slack',
  missingBytes: 'cores',
  chunkBytes: 'chunk-header',
  families: 'containers',
  retainedBytes: 'containers',
  spareBytes: 'slack',
  spareResidentBytes: 'slack',
  // Recordings
  leakedBytes: 'leaks',
  ownLeakedBytes: 'leaks',
  suppressedLeakedBytes: 'leaks',
  temporary: 'temporary-allocations',
  temporaryPercent: 'temporary-allocations',
  temporaryPerSecond: 'temporary-allocations',
  shortLived: 'short-lived',
  readBytes: 'never-read',
  writtenBytes: 'never-read',
  neverUsedBytes: 'never-read',
  neverReadBytes: 'never-read',
  neverWrittenBytes: 'never-read',
  unwrittenBytes: 'never-read',
  // Stories
  mallocBytes: 'freed-but-kept',
  overheadBytes: 'chunk-header',
  heapPeakBytes: 'peak',
  logPeakBytes: 'peak',
  highestResidentBytes: 'peak',
  roundingBytes: 'page-rounding',
  // How a number is known
  because: 'inferred',
  basis: 'inferred',
} as const satisfies Readonly<Record<string, TopicId>>;

/** The same, and what reports and screens show that has no field of its own. */
export const TOPICS = {
  ...FIELD_TOPICS,
  container: 'growth-chains',
  sampled: 'sampled-profiles',
  growthRule: 'vec-growth',
} as const;

const TOPIC_BY_FIELD: ReadonlyMap<string, TopicId> = new Map(Object.entries(FIELD_TOPICS));

/** Undefined for a field that needs no explanation. */
export const topicOfField = (field: string): TopicId | undefined => TOPIC_BY_FIELD.get(field);

/** The field that each cost of a recording has in JSON. */
export const COST_FIELDS = {
  peak: 'peakBytes',
  leaked: 'leakedBytes',
  temporary: 'temporary',
  calls: 'calls',
  allocated: 'allocatedBytes',
  peakBlocks: 'peakBlocks',
  leakedBlocks: 'leakedBlocks',
  reads: 'readBytes',
  writes: 'writtenBytes',
  copies: 'copies',
  copied: 'copiedBytes',
  events: 'events',
  units: 'units',
} as const satisfies Readonly<Record<CostKind, string>>;

/** Undefined for a cost that needs no explanation. */
export const topicOfCost = (kind: CostKind): TopicId | undefined => topicOfField(COST_FIELDS[kind]);

/** Uses that only calls of a log tell. */
type CallUse = 'brk-heap' | 'signal-stack' | 'arena';

/** What anonymous memory is for. */
const USE_TOPICS: Readonly<Record<MappingUse | CallUse, TopicId>> = {
  'thread-arena': 'arenas',
  'go-heap': 'overcommit',
  'java-heap': 'overcommit',
  'v8-heap': 'overcommit',
  'jemalloc-extent': 'anonymous-memory',
  'mimalloc-segment': 'anonymous-memory',
  'tcmalloc-span': 'anonymous-memory',
  'huge-pages': 'huge-pages',
  'thread-stack': 'guard-pages',
  guard: 'guard-pages',
  reservation: 'overcommit',
  'library-data': 'parts-of-libraries',
  code: 'anonymous-memory',
  'malloc-mapping': 'mmap-threshold',
  private: 'anonymous-memory',
  small: 'anonymous-memory',
  constant: 'anonymous-memory',
  'brk-heap': 'brk-step',
  'signal-stack': 'guard-pages',
  arena: 'arenas',
};

/** @param use an id of `MEMORY_USES`, or a `MappingUse`. */
export function topicOfUse(use: string): TopicId {
  const topics: Readonly<Record<string, TopicId>> = USE_TOPICS;
  return topics[use] ?? 'anonymous-memory';
}

const ROLE_TOPICS: Readonly<Partial<Record<Role, TopicId>>> = {
  heap: 'brk-step',
  stack: 'guard-pages',
  library: 'parts-of-libraries',
  executable: 'parts-of-libraries',
};

/** Undefined for a mapping that has nothing but its sizes to explain. */
export const topicOfMapping = (role: Role, use?: MappingUse): TopicId | undefined =>
  use === undefined ? ROLE_TOPICS[role] : topicOfUse(use);

/** The kernel's sums over a process. */
const ACCOUNT_TOPICS: readonly (readonly [names: RegExp, topic: TopicId])[] = [
  [/^Vm(?:Peak|HWM)$/, 'peak'],
  [/^VmPTE$/, 'page-tables'],
  [/Huge/, 'huge-pages'],
  [/Dirty|Clean/, 'dirty-pages'],
  [/Anon|VmData/, 'anonymous-memory'],
  [/^Vm(?:Exe|Lib)$/, 'parts-of-libraries'],
  [/LazyFree/, 'freed-but-kept'],
  [/VmStk/, 'guard-pages'],
  [/^VmSize$/, 'overcommit'],
];

export function topicOfAccount(name: string): TopicId {
  return ACCOUNT_TOPICS.find(([names]) => names.test(name))?.[1] ?? 'rss-and-pss';
}

/** Of the fields of a document those that a page explains, by name. */
export function fieldTopics(document: unknown): Record<string, TopicId> {
  const found = new Map<string, TopicId>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const element of value) visit(element);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, field] of Object.entries(value)) {
        const topic = TOPIC_BY_FIELD.get(name);
        if (topic !== undefined) found.set(name, topic);
        visit(field);
      }
    }
  };
  visit(document);
  return Object.fromEntries(found);
}
