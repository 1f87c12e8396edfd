import { Args } from '@oclif/core';
import { prose } from '../cli/prose.ts';
import Heaptrack from './heaptrack.ts';

/** A heap profile has one verb, whatever wrote it; `memtool heaptrack` is the same under its recorder's name. */
export default class Heap extends Heaptrack {
  static override readonly usage = 'heap [PROFILE...] [FLAGS]';
  static override readonly summary =
    'Read a heap profile of any tool: totals, peak, leaks, and the places that allocate most.';
  static override readonly description =
    prose`Reads whatever says which call stacks hold memory, told by its content. The report has the columns that the
tool recorded, and no others; a flag that needs more is refused, and the message says what there is.`;
  static override readonly examples = [
    { description: 'Where the memory was', command: '<%= config.bin %> heap heaptrack.zst' },
    {
      description: 'Who is behind the peak',
      command: '<%= config.bin %> heap heaptrack.zst --tree bottom-up --own-code',
    },
    {
      description: 'What a change did',
      command: '<%= config.bin %> heap before.zst after.zst',
    },
  ];
  static override readonly args = {
    recording: Args.string({
      multiple: true,
      description: 'heap profiles; none, or -, for standard input. Two are compared: BEFORE AFTER',
    }),
  };
}
