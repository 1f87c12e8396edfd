import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import { type FrameId, StackTables } from '../stack-tables.ts';
import { isValgrinds, readFrame } from '../valgrind-frame.ts';
import type { DhatReader } from './dhat-reader.ts';

/** Variants of several frames are counted from here on: no table of frames is as long. */
const SEVERAL = 2 ** 31;

/**
 * The call stacks of a document's points.
 *
 * Points stay apart where valgrind's own frame at the end differs, which stands in no stack: their blocks
 * were used differently. Points of one list of frames are one: dhat-rs cuts frames after it has grouped
 * points by them.
 */
export function pointStacks(
  reader: DhatReader,
  diagnostics: Diagnostics,
): { readonly tables: StackTables; readonly traces: Uint32Array } {
  const tables = new StackTables();
  const idOf = new Map<number, FrameId>();
  const { frames, frameStart, frameTexts, pointCount } = reader;
  /** The frame of a number in the table of the document. */
  const frameId = (number: number): FrameId => {
    let id = idOf.get(number);
    if (id === undefined) {
      const text = frameTexts[number];
      if (text === undefined && frameTexts.length > 0) {
        const message = `a point names frame ${number}, and the table has ${frameTexts.length}`;
        diagnostics.report('dhat/index-out-of-range', message);
      }
      id = tables.addFrame(readFrame(text ?? '???'));
      idOf.set(number, id);
    }
    return id;
  };
  const variants = new Map<string, number>();
  /** A number for the frames that stand in no stack; most often it is one, and its own number does. */
  const variantOf = (all: readonly FrameId[], from: number): number => {
    if (from === 0) return 0;
    if (from === 1) return all[0]! + 1;
    const key = all.slice(0, from).join(' ');
    const known = variants.get(key) ?? SEVERAL + variants.size;
    variants.set(key, known);
    return known;
  };
  const traces = new Uint32Array(pointCount);
  const ids: FrameId[] = [];
  for (let point = 0; point < pointCount; point++) {
    ids.length = 0;
    for (let i = frameStart.get(point); i < frameStart.get(point + 1); i++) {
      // Frame 0 is the root, which stands in no stack.
      if (frames.get(i) !== 0) ids.push(frameId(frames.get(i)));
    }
    let from = 0;
    while (from < ids.length && isValgrinds(tables.frame(ids[from]!))) from++;
    if (from === ids.length) from = 0;
    traces[point] = tables.stackOf(ids, from, variantOf(ids, from));
  }
  return { tables, traces };
}
