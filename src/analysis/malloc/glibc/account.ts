import type { Bytes } from '../../../model/bytes.ts';
import type { ProcessImage } from '../../../model/process-image.ts';
import { ImageWords } from '../image-words.ts';
import type { PageContents } from '../page-windows.ts';
import { type ArenaFigures, arenaFigures } from './arena-figures.ts';
import { type ArenaState, findArenas, readArenas } from './find-arenas.ts';
import { findSegments } from './find-segments.ts';
import { type MappedBlocks, mappedBlocks } from './mapped-blocks.ts';
import { mappedCounts } from './mapped-chunks.ts';

/** What glibc's malloc has of a process's memory. */
export interface GlibcAccount {
  /** The main arena first. */
  readonly arenas: readonly ArenaFigures[];
  readonly mapped: MappedBlocks;
  /** What it has from the system in all: arenas and mapped blocks. */
  readonly systemBytes: Bytes;
  /** Which pages of its memory hold something. */
  readonly pages: readonly PageContents[];
}

/** As often the states of arenas are read, until none changes between two looks. */
const MOST_LOOKS = 20;

/** @returns undefined where the process has no heap of glibc. */
export function glibcAccount(image: ProcessImage): GlibcAccount | undefined {
  const found = findArenas(image, new ImageWords(image));
  if (found.length === 0) return undefined;
  const { states, segments, words } = settledHeaps(image, found);
  const arenas = arenaFigures(image, states, segments, words);
  const walked = arenas.flatMap((arena) => arena.segments);
  const mapped = mappedBlocks(image, walked, mappedCounts(states[0]!, image, words), words);
  const systemBytes = arenas.reduce((sum, arena) => sum + arena.systemBytes, mapped.bytes);
  const pages = [...arenas.flatMap((arena) => arena.pages), ...mapped.pages];
  return { arenas, mapped, systemBytes, pages };
}

/** Where the heaps lie, and what their arenas say of them, at one moment: a process may go on meanwhile. */
function settledHeaps(image: ProcessImage, found: readonly ArenaState[]) {
  for (let look = 1; ; look++) {
    image.refresh?.();
    const words = new ImageWords(image);
    const states = readArenas(found, image, words);
    const segments = findSegments(image, states, words);
    if (image.refresh === undefined || look === MOST_LOOKS) return { states, segments, words };
    const again = readArenas(found, image, new ImageWords(image));
    const isSettled = states.every(
      ({ top, systemBytes }, i) => top === again[i]!.top && systemBytes === again[i]!.systemBytes,
    );
    if (isSettled) return { states, segments, words };
  }
}
