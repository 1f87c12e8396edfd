/**
 * What DHAT writes, JSON: of valgrind (`dhat.out.PID`; file version 1 of 3.15 and 3.16, 2 since 3.17)
 * and of the Rust crate dhat (`dhat-heap.json`, `dhat-ad-hoc.json`), and whoever writes the same. Seen of
 * valgrind 3.19 and dhat 0.3.3; fields by valgrind's dhat/dh_main.c, of version 1 by that of 3.15.
 *
 * Where they lie: `mb` and `mbk`, called the maximum of a point, are so in dhat-rs alone; valgrind sets
 * them when the whole heap grew, so they are dropped. A realloc counts as one more block of the whole new
 * size. valgrind cuts stacks after --num-callers frames. Dropped: PIDs, words for units.
 */
import type { Diagnostics } from '../../diagnostics/diagnostic.ts';
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { JsonBytes } from '../json-bytes.ts';
import { buildProfile } from './build-profile.ts';
import { DhatReader } from './dhat-reader.ts';

const VERSIONS: readonly number[] = [1, 2];

/** Its first field, in both writers. */
const OPENING = /^\s*\{\s*"dhatFileVersion"\s*:/;

function detect({ isText, bytes }: Head): Verdict {
  if (!isText) return no('it is not text');
  return OPENING.test(Buffer.from(bytes).toString('latin1'))
    ? yes('it starts with {"dhatFileVersion"')
    : no('it does not start with {"dhatFileVersion"');
}

function reportEnd(json: JsonBytes, reader: DhatReader, diagnostics: Diagnostics): void {
  if (json.isDone && json.problem === undefined) return;
  const { problem } = json;
  const rest = [
    `${reader.pointCount} ${reader.pointCount === 1 ? 'point is' : 'points are'} whole`,
    ...(reader.frameTexts.length === 0
      ? ['the names of functions, which stand at its end, are missing']
      : []),
  ];
  const at = problem ? { line: problem.line, column: problem.column } : { line: json.line };
  const message = problem
    ? `it is no JSON from here on (${problem.message}): ${rest.join(', ')}`
    : `it ends in the middle: ${rest.join(', ')}`;
  diagnostics.report('dhat/cut', message, at);
}

export const dhat: Format<'heap-profile'> = {
  id: 'dhat',
  title: 'a DHAT profile',
  produces: 'heap-profile',
  howToCapture: 'valgrind --tool=dhat --num-callers=40 --fullpath-after= COMMAND',
  detect,
  async parse(
    input: Input,
    { diagnostics }: ParseContext<'heap-profile'>,
  ): Promise<HeapProfile | undefined> {
    const reader = new DhatReader(diagnostics);
    const json = new JsonBytes(reader);
    for await (const chunk of input.chunks()) {
      json.push(chunk);
      if (json.problem !== undefined) break;
    }
    json.finish();
    const { dhatFileVersion: version } = reader.header;
    if (version === undefined || !VERSIONS.includes(version)) {
      const message = `its dhatFileVersion is ${version ?? 'no number'}; memtool reads 1 and 2`;
      diagnostics.report('dhat/unknown-version', message);
      return undefined;
    }
    reportEnd(json, reader, diagnostics);
    return buildProfile(reader, json.isDone && json.problem === undefined, diagnostics);
  },
};
