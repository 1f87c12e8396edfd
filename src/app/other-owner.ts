import { imageMap } from '../analysis/malloc/image-map.ts';
import { mapAllocators } from '../analysis/memory-map/map-allocators.ts';
import { textsIn } from '../ingest/program-files.ts';
import type { Allocator } from '../knowledge/allocators/allocator.ts';
import { ALL_ALLOCATORS } from '../knowledge/allocators/index.ts';
import { memoryOwner } from '../knowledge/memory-owner.ts';
import type { ProcessImage } from '../model/process-image.ts';

/** Who gives out the private memory of a process by the files that are mapped. */
export const ownerOf = (image: ProcessImage): Allocator | undefined =>
  memoryOwner(mapAllocators(imageMap(rowsAlone(image), NOBODY)));

/**
 * Whose the private memory of a process is, where it is not glibc's malloc alone: by the files that are mapped, or
 * by what the program itself has in it.
 *
 * @param executable the program's file; undefined where it is not known.
 */
export function otherOwner(
  image: ProcessImage,
  executable: string | undefined,
): Allocator | undefined {
  const owner = ownerOf(image);
  if (owner !== undefined && owner.id !== 'glibc') return owner;
  const texts = textsIn(executable, MESSAGES);
  return memoryOwner(
    ALL_ALLOCATORS.filter(({ message }) => message !== undefined && texts.includes(message)),
  );
}

const MESSAGES = ALL_ALLOCATORS.flatMap(({ message }) => message ?? []);

const NOBODY = { pid: undefined, command: undefined, executable: undefined };

/** To tell allocators it takes no contents. */
const rowsAlone = (image: ProcessImage): ProcessImage => ({
  rows: image.rows.map((row) => ({ ...row, known: 0, dumped: 0 })),
  pageBytes: image.pageBytes,
  threads: [],
  read: () => 0,
  presence: () => false,
});
