/** A process's memory by what it is for: each row of its map lies in one part. */
import type { Allocator } from '../../knowledge/allocators/allocator.ts';
import { sharedMemoryTitle } from '../../knowledge/shared-memory.ts';
import { baseName, programName } from '../../model/base-name.ts';
import type { Bytes } from '../../model/bytes.ts';
import { groupBy } from '../../model/group-by.ts';
import { type Footprint, LINUX } from '../../model/memory-map.ts';
import { splitTop } from '../../model/split-top.ts';
import type { TopicId } from '../../model/topic.ts';
import { type MappingUse, titleOfUse } from '../memory-map/mapping-uses.ts';
import type { MemoryGroups, RoledMapping } from '../memory-map/memory-groups.ts';

/** `malloc`: what malloc gives out in pieces; `private`: other memory that may be malloc's as well. */
export type PartKind =
  | 'malloc'
  | 'private'
  | 'runtime'
  | 'shared'
  | 'file'
  | 'generated'
  | 'stacks'
  | 'code'
  | 'small'
  | 'huge-pages'
  | 'reserved';

export interface MemoryPart {
  readonly kind: PartKind;
  /** Names of files stand in it. */
  readonly label: string;
  readonly topic: TopicId;
  readonly rows: readonly RoledMapping[];
}

/** Data files and shared memory that are named; of more, the largest. */
const NAMED = 3;

const USE_KINDS: Readonly<Record<MappingUse, PartKind>> = {
  'thread-arena': 'malloc',
  'malloc-mapping': 'malloc',
  private: 'private',
  'go-heap': 'runtime',
  'java-heap': 'runtime',
  'v8-heap': 'runtime',
  'jemalloc-extent': 'malloc',
  'mimalloc-segment': 'malloc',
  'tcmalloc-span': 'malloc',
  'huge-pages': 'huge-pages',
  'thread-stack': 'stacks',
  guard: 'reserved',
  reservation: 'reserved',
  'library-data': 'code',
  constant: 'code',
  code: 'generated',
  small: 'small',
};

/** Whose memory it is. */
interface Place {
  /** Whose rules hold: Linux's, or another system's. */
  readonly system: string;
  /** Who gives out the process's memory; undefined where that is not known. */
  readonly owner: Allocator | undefined;
  /** The file name of its program; undefined where that is not known. */
  readonly program: string | undefined;
}

/** Whose the memory of a map is. */
export const placeOf = (
  { map, executable }: Pick<MemoryGroups, 'map' | 'executable'>,
  owner: Allocator | undefined,
): Place => ({
  system: map.system,
  owner,
  program: programName(map.executable ?? executable.files[0]?.name ?? map.command),
});

/** In the order in which they are told. */
export function memoryParts(
  mappings: readonly RoledMapping[],
  { system, owner, program }: Place,
): readonly MemoryPart[] {
  const isLinux = system === LINUX;
  const byKind = groupBy(mappings, kindOf);
  const rowsOf = (kind: PartKind) => byKind.get(kind) ?? [];
  const whole = (kind: PartKind, label: string, topic: TopicId): MemoryPart[] => {
    const rows = rowsOf(kind);
    return rows.length === 0 ? [] : [{ kind, label, topic, rows }];
  };
  return [
    ...whole('malloc', isLinux ? mallocLabel(owner) : 'heap', 'freed-but-kept'),
    ...byName('runtime', rowsOf('runtime'), useTitle, (title) => title, 'overcommit'),
    ...whole('private', isLinux ? privateLabel(owner) : 'private memory', 'anonymous-memory'),
    ...byName('shared', rowsOf('shared'), sharedName, sharedLabel(program), 'rss-and-pss'),
    ...byName('file', rowsOf('file'), fileName, fileLabel, 'rss-and-pss'),
    ...whole('generated', 'generated code', 'anonymous-memory'),
    ...whole('stacks', 'stacks', 'guard-pages'),
    ...whole('code', CODE, 'parts-of-libraries'),
    ...whole('small', 'small mappings of the loader and threads', 'anonymous-memory'),
    ...whole('huge-pages', titleOfUse('huge-pages'), 'huge-pages'),
    ...whole('reserved', 'reserved, inaccessible (PROT_NONE)', 'overcommit'),
  ];
}

const CODE = 'code and data of the program and its libraries';

function kindOf({ role, use, mapping }: RoledMapping): PartKind {
  if (mapping.permissions[3] === 's' && role.value !== 'file') return 'shared';
  switch (role.value) {
    case 'heap':
      return mapping.permissions.startsWith('---') ? 'reserved' : 'malloc';
    case 'stack':
      return 'stacks';
    case 'shared-memory':
      return 'shared';
    case 'file':
      return 'file';
    case 'anonymous':
      return partOfUse(use?.value, mapping.permissions);
    default:
      return 'code';
  }
}

/** An arena goes on as a part without rights, which is not malloc's yet. */
function partOfUse(use: MappingUse | undefined, permissions: string): PartKind {
  if (permissions.startsWith('---')) return 'reserved';
  return use === undefined ? 'private' : USE_KINDS[use];
}

const mallocLabel = (owner: Allocator | undefined): string =>
  owner?.role === 'malloc' ? `${owner.title}, live and free` : 'heap (brk) and arenas';

const privateLabel = (owner: Allocator | undefined): string =>
  owner?.uses?.private ?? titleOfUse('private');

const useTitle = ({ use }: RoledMapping): string => (use ? titleOfUse(use.value) : '');

const fileName = ({ mapping: { backing } }: RoledMapping): string =>
  backing.kind === 'file' ? backing.path : '';

const fileLabel = (path: string): string =>
  path === '' ? 'page cache of other mapped files' : `page cache of ${baseName(path)}`;

const sharedName = ({ mapping: { backing } }: RoledMapping): string =>
  backing.kind === 'file' ? backing.path : 'name' in backing ? (backing.name ?? '') : '';

const sharedLabel =
  (program: string | undefined) =>
  (name: string): string =>
    name === '' ? 'other shared memory' : sharedMemoryTitle(name, program);

/** A part for each of the largest names, and one for the others. */
function byName(
  kind: PartKind,
  rows: readonly RoledMapping[],
  nameOf: (row: RoledMapping) => string,
  labelOf: (name: string) => string,
  topic: TopicId,
): MemoryPart[] {
  const named = [...groupBy(rows, nameOf)]
    .map(([name, members]) => ({ name, rows: members }))
    .sort((a, b) => total(b.rows, 'resident') - total(a.rows, 'resident'));
  const { shown, rest } = splitTop(named, NAMED);
  const others = { name: '', rows: rest.flatMap((one) => one.rows) };
  return [...shown, ...(rest.length > 0 ? [others] : [])].map(({ name, rows: members }) => ({
    kind,
    label: labelOf(name),
    topic,
    rows: members,
  }));
}

/** The sum of a column; what a row does not have counts as nothing. */
export const total = (rows: readonly RoledMapping[], column: keyof Footprint): Bytes =>
  rows.reduce((bytes, { mapping }) => bytes + (mapping[column] ?? 0), 0);
