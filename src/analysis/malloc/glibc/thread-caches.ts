import { THREAD_CACHES } from '../../../knowledge/glibc-heap.ts';
import type { Address } from '../../../model/address.ts';
import type { Bytes } from '../../../model/bytes.ts';
import type { ProcessImage } from '../../../model/process-image.ts';
import { ImageWords } from '../image-words.ts';
import type { HeapSegment } from './chunk-walk.ts';
import { chunkSize } from './find-segments.ts';
import { countedCacheAt, type ThreadCache, threadCacheAt } from './free-lists.ts';

/** Blocks that are looked at several times, and how often. */
const MOST_REREAD = 64;
const MOST_LOOKS = 3;

/**
 * The thread caches among the blocks of an arena. An empty one that
 * counts nothing is told from other blocks by its place alone.
 *
 * @param candidates chunks of the sizes that caches have.
 */
export function threadCaches(
  candidates: readonly Address[],
  segments: readonly HeapSegment[],
  image: ProcessImage,
  words: ImageWords,
): (ThreadCache & { readonly size: Bytes })[] {
  const isFew = candidates.length <= MOST_REREAD;
  return candidates.flatMap((chunk) => {
    const layout = THREAD_CACHES.find(({ chunkBytes }) => chunkBytes === chunkSize(chunk, words));
    if (layout === undefined) return [];
    const isFirst = segments.some(({ firstChunk }) => firstChunk === chunk);
    let cache = threadCacheAt(chunk, layout, words);
    // That of a thread that goes on may change under the look at it.
    const mayChange = image.refresh !== undefined && (isFirst || isFew);
    for (let i = 0; mayChange && cache === undefined && i < MOST_LOOKS; i++) {
      cache = threadCacheAt(chunk, layout, new ImageWords(image));
    }
    if (mayChange && isFirst) cache ??= countedCacheAt(chunk, layout, new ImageWords(image));
    if (cache === undefined) return [];
    const isTold = cache.chunks.length > 0 || isFirst || layout.counted === 'room';
    return isTold ? [{ ...cache, size: layout.chunkBytes }] : [];
  });
}
