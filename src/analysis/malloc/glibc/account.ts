import type { Bytes } from '../../../model/bytes.ts';
import type { ProcessImage } from '../../../model/process-image.ts';
import { ImageWords } from '../image-words.ts';
import { findArenas } from './find-arenas.ts';
import { type ArenaFigures, arenaFigures } from './heap-account.ts';
import { type MappedBlocks, mappedBlocks } from './mapped-blocks.ts';
import { mappedCounts } from './mapped-chunks.ts';

/** What glibc's malloc has of a process's memory. */
export interface GlibcAccount {
  readonly arenas: readonly ArenaFigures[];
  readonly mapped: MappedBlocks;
  /** What it has from the system in all: arenas and mapped blocks. */
  readonly systemBytes: Bytes;
}

/** @returns undefined where the process has no heap of glibc. */
export function glibcAccount(image: ProcessImage): GlibcAccount | undefined {
  const words = new ImageWords(image);
  const states = findArenas(image, words);
  const [main] = states;
  if (main === undefined) return undefined;
  const arenas = arenaFigures(image, states, words);
  const segments = arenas.flatMap((arena) => arena.segments);
  const mapped = mappedBlocks(image, segments, mappedCounts(main, image, words), words);
  const systemBytes = arenas.reduce((sum, arena) => sum + arena.systemBytes, mapped.bytes);
  return { arenas, mapped, systemBytes };
}
