/**
 * Files of valgrind's massif (`massif.out.PID`), of XTrees in its form (`--xtree-memory=full
 * --xtree-memory-file=NAME.ms`, any valgrind tool), and what heaptrack and memtool export in it. Seen of
 * valgrind 3.19, heaptrack 1.4.
 *
 * Where they lie: the peak is only looked for where something is freed. Trees leave out what is too small,
 * which counts as allocated by a function of unknown callers. Dropped: mem_heap_extra_B, which is what
 * valgrind's own allocator would take, and says nothing of another.
 */
import type { Head } from '../../input/head.ts';
import type { Input } from '../../input/input.ts';
import { readLines } from '../../input/lines.ts';
import type { HeapProfile } from '../../model/heap-profile.ts';
import { type Format, no, type ParseContext, type Verdict, yes } from '../format.ts';
import { buildProfile } from './build-profile.ts';
import { MassifReader } from './massif-reader.ts';
import { SnapshotKeeper } from './snapshot-keeper.ts';

function detect({ isText, lines }: Head): Verdict {
  if (!isText) return no('it is not text');
  const at = lines.findIndex((line) => /^snapshot=\d+$/.test(line));
  const isAfterRule = at > 0 && /^#-+$/.test(lines[at - 1]!);
  return isAfterRule ? yes('it has snapshot= below a line of #---') : no('it has no snapshot=');
}

export const massif: Format<'heap-profile'> = {
  id: 'massif',
  title: 'a massif file',
  produces: 'heap-profile',
  howToCapture: 'valgrind --tool=massif --peak-inaccuracy=0 --fullpath-after= COMMAND',
  answers: ['snapshots'],
  detect,
  async parse(
    input: Input,
    { diagnostics, asked }: ParseContext<'heap-profile'>,
  ): Promise<HeapProfile | undefined> {
    const keeper = new SnapshotKeeper();
    const reader = new MassifReader(diagnostics, (snapshot) => keeper.add(snapshot));
    await readLines(input, diagnostics, reader);
    if (!reader.finish()) {
      const message = `it ends in the middle of snapshot ${reader.count}`;
      diagnostics.report('massif/cut', message);
    }
    if (keeper.last === undefined) {
      diagnostics.report('massif/no-snapshots', 'no snapshot in it is whole');
      return undefined;
    }
    return buildProfile(reader, keeper, asked.snapshots ?? 0, diagnostics);
  },
};
