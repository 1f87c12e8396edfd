import { VMA } from '../../knowledge/vma-flags.ts';
import type { Address } from '../../model/address.ts';
import type { Bytes } from '../../model/bytes.ts';
import type { AddressRange } from '../../model/range.ts';
import { PROT, SHM, type SyscallEvent } from '../../model/syscall-trace.ts';
import type { MappedMemory } from './mapped-memory.ts';
import { Region, type RegionNature } from './region.ts';

/** A System V segment: the file name that the kernel gives it, and its size. */
export interface SharedSegment {
  readonly path: string;
  readonly length: Bytes;
}

interface Attachment extends AddressRange {
  /** What tells its regions apart from those of other attachments. */
  readonly object: number;
}

/** Where System V shared memory is attached to an address space. */
export class AttachedSegments {
  #attached: Map<Address, Attachment>;
  /** Another space has the same, until one of them changes it. */
  #isShared: boolean;

  /** @param parent what a forked child starts with. */
  constructor(parent?: AttachedSegments) {
    this.#attached = parent ? parent.#attached : new Map();
    this.#isShared = parent !== undefined;
    if (parent) parent.#isShared = true;
  }

  attach(
    memory: MappedMemory,
    event: Extract<SyscallEvent, { call: 'shmat' }>,
    { start, end }: AddressRange,
    path: string,
  ): void {
    const object = event.line;
    memory.take({ start, end }, 'overlaid', event);
    this.#own().set(start, { start, end, object });
    const write = (event.flags & SHM.RDONLY) === 0 ? PROT.WRITE : 0;
    const execute = (event.flags & SHM.EXEC) === 0 ? 0 : PROT.EXEC;
    const nature: RegionNature = {
      kind: 'shared',
      protection: PROT.READ | write | execute,
      flags: VMA.SHARED,
      path,
      object,
      use: undefined,
      chain: undefined,
    };
    memory.put(new Region(start, end, 0, nature));
  }

  detach(memory: MappedMemory, event: Extract<SyscallEvent, { call: 'shmdt' }>): void {
    const attachment = this.#attached.get(event.start);
    if (attachment === undefined) return;
    this.#own().delete(event.start);
    // What was mapped over a part of it stays.
    for (const part of memory.within(attachment)) {
      if (part.object === attachment.object) memory.take(part, 'unmapped', event);
    }
  }

  #own(): Map<Address, Attachment> {
    if (this.#isShared) this.#attached = new Map(this.#attached);
    this.#isShared = false;
    return this.#attached;
  }
}
