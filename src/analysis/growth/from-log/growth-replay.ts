import type { AddressSpace } from '../../replay/address-space.ts';
import { type Replay, ReplayFold } from '../../replay/replay.ts';
import type { ReplayedSpace, SpaceWatch } from '../../replay/replayed-space.ts';
import { BufferTracker } from './buffer-tracker.ts';

/** A replay with the buffers of each space that malloc keeps in mappings of their own. */
export interface ReplayWithGrowth extends Replay {
  buffersOf(replayed: ReplayedSpace): BufferTracker;
}

/** Replays a log, and follows the buffers of each address space. */
export class GrowthReplay extends ReplayFold {
  readonly #trackers: WeakMap<AddressSpace, BufferTracker>;

  constructor(watch?: SpaceWatch) {
    const trackers = new WeakMap<AddressSpace, BufferTracker>();
    super(watch, (space) => {
      const tracker = new BufferTracker(space);
      trackers.set(space, tracker);
      return tracker;
    });
    this.#trackers = trackers;
  }

  override finish(): ReplayWithGrowth {
    const trackers = this.#trackers;
    return { ...super.finish(), buffersOf: ({ space }) => trackers.get(space)! };
  }
}
