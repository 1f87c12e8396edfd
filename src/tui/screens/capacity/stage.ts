import type { Bytes } from '../../../model/bytes.ts';
import type { CaptureLine } from '../../../model/capture-info.ts';
import type { TopicId } from '../../../model/topic.ts';
import type { Cell } from '../../../views/report.ts';
import { formatCell } from '../../../views/text/quantity.ts';

/** A step from the length of a container to the pages in RAM. */
export interface Stage {
  readonly label: string;
  /** How its number comes from the one before. */
  readonly formula: string;
  /** What all is so far. */
  readonly bytes: Bytes | undefined;
  /** Why, in a sentence. */
  readonly why: string;
  readonly topic: TopicId;
  readonly place?: CaptureLine | undefined;
}

/** What captures say of the same container. */
export interface Found {
  /** Where the length is at most that: how it is said, and why. */
  readonly atMost: { readonly words: string; readonly because: string } | undefined;
  /** Of its row in a memory map, where it has one of its own. */
  readonly row: FoundRow | undefined;
}

export interface FoundRow {
  readonly name: string;
  readonly place: CaptureLine;
  readonly size: Bytes;
  readonly resident: Bytes | undefined;
}

/** Cells as words. */
export const plain = (...cells: Cell[]): string =>
  cells.map((cell) => formatCell(cell, 'human')).join(' ');
