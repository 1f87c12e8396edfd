import { prose } from '../cli/prose.ts';
import Pmap from './pmap.ts';

/** A memory map has one verb, whatever wrote it; `memtool pmap` is the same under a tool's name. */
export default class MapCommand extends Pmap {
  // The class cannot be called so: `Map` is JavaScript's own.
  static override readonly id = 'map';
  static override readonly usage = 'map [CAPTURE|PID...] [FLAGS]';
  static override readonly summary =
    'Sum a memory map of any tool: anonymous regions, shared libraries, heap, stack.';
  static override readonly description =
    prose`Reads live processes and whatever says which memory is mapped, told by its content. The report has the
columns that the capture has, and no others; what rows are for is inferred by the rules of the
system that the map was taken on.`;
  static override readonly examples = [
    { description: 'A running process', command: '<%= config.bin %> map 1234' },
    {
      description: 'A saved capture',
      command: 'cp /proc/1234/smaps smaps.txt; <%= config.bin %> map smaps.txt --all',
    },
    {
      description: 'What changed between two moments',
      command: '<%= config.bin %> map before.txt after.txt',
    },
  ];
}
