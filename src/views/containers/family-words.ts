/** What families of containers, and the places of them, are called. */
import type { ContainerFindings } from '../../analysis/containers/containers.ts';
import type { MeasuredFamily } from '../../analysis/containers/measured-families.ts';
import { KIND_NAMES } from '../../analysis/containers/recognise.ts';
import type { RootPlace } from '../../analysis/containers/root-places.ts';
import type { ContainerKind, ContainerLanguage } from '../../model/heap-account.ts';

const kindOf = ({ kind }: MeasuredFamily) => KIND_NAMES[kind]!;

/** The element's size by which lengths in bytes become elements; undefined where they are elements already. */
export function elementBytesOf(family: MeasuredFamily): number | undefined {
  const { least, most } = family.elementBytes;
  return kindOf(family) === 'bounded' && least === most ? least : undefined;
}

/** Whether elements can be counted: of std::vector only where their size is known. */
export function isCounted(family: MeasuredFamily): boolean {
  const kind = kindOf(family);
  if (kind === 'bounded') return elementBytesOf(family) !== undefined;
  return kind !== 'pieces' && kind !== 'text';
}

export function typeName(family: MeasuredFamily, { language }: ContainerFindings): string {
  const of = sizeWords(family);
  switch (kindOf(family)) {
    case 'counted':
      if (language === 'python') return 'list';
      if (language === 'unknown') return `array${of}`;
      return of === ' of 1 B' ? 'String, Vec<u8>' : `Vec${of}`;
    case 'ring':
      return `VecDeque${of}`;
    case 'bounded':
      return `std::vector${elementBytesOf(family) === undefined ? '' : of}`;
    case 'text':
      return 'std::string';
    case 'table':
      return language === 'python' ? 'dict' : `HashMap/Set${of}`;
    case 'buckets':
      return 'unordered_map buckets';
    default:
      return 'std::deque';
  }
}

/** Containers of one kind, many of them. */
export function kindWords(kind: ContainerKind, language: ContainerLanguage): string {
  if (kind === 'table' && language === 'python') return 'dicts';
  if (kind === 'counted') {
    if (language === 'rust') return 'Vecs and Strings';
    return language === 'python' ? 'lists' : 'arrays';
  }
  return KIND_WORDS[kind];
}

const KIND_WORDS: Readonly<Record<Exclude<ContainerKind, 'counted'>, string>> = {
  bounded: 'std::vectors',
  text: 'std::strings',
  table: 'HashMaps and HashSets',
  buckets: 'buckets of unordered_maps',
  pieces: 'std::deques',
  ring: 'VecDeques',
};

function sizeWords({ elementBytes: { least, most } }: MeasuredFamily): string {
  return least === most ? ` of ${least} B` : ` of ${least} to ${most} B`;
}

export function placeWords(family: MeasuredFamily, pid: number | undefined): string {
  const { root, parent, ownerUsable } = family;
  if (root) return rootWords(root, pid);
  return parent ? 'inside' : `blocks of ${ownerUsable} B`;
}

export function rootWords(root: RootPlace, pid: number | undefined): string {
  switch (root.kind) {
    case 'stack':
      return root.tid === pid ? 'main stack' : `stack of thread ${root.tid}`;
    case 'data':
      return root.name === undefined ? `static in ${root.file}` : `static ${root.name}`;
    default:
      return 'other memory';
  }
}
