import type { SizedProfile } from '../../../model/heap-profile.ts';
import type { BlockSize } from './growth-groups.ts';

/** How blocks of one size took the place of smaller ones, as the recording shows it. */
export interface StepCounts {
  /** The smaller block was freed first, as `realloc` does. */
  readonly moved: number;
  /** It was freed after the larger was there. */
  readonly copied: number;
}

/** Finds the steps that a recording holds between two sizes of a site. */
export class GrowthStepIndex {
  readonly #profile: SizedProfile;
  /** By row of the allocation table: its last step, and by step the one before; -1 for none. */
  readonly #last: Int32Array;
  readonly #before: Int32Array;

  constructor(profile: SizedProfile) {
    this.#profile = profile;
    const steps = profile.growthSteps;
    this.#last = new Int32Array(steps ? profile.allocations.count : 0).fill(-1);
    this.#before = new Int32Array(steps?.count ?? 0);
    for (let step = 0; steps && step < steps.count; step++) {
      const to = steps.to[step]!;
      this.#before[step] = this.#last[to]!;
      this.#last[to] = step;
    }
  }

  /** Whether the recording was asked for steps. */
  get isKnown(): boolean {
    return this.#profile.growthSteps !== undefined;
  }

  between(smaller: BlockSize, larger: BlockSize): StepCounts {
    const { allocations, growthSteps } = this.#profile;
    let moved = 0;
    let copied = 0;
    if (growthSteps === undefined) return { moved, copied };
    for (const row of larger.rows) {
      for (let step = this.#last[row]!; step !== -1; step = this.#before[step]!) {
        if (allocations.size[growthSteps.from[step]!] !== smaller.bytes) continue;
        moved += growthSteps.moved[step]!;
        copied += growthSteps.copied[step]!;
      }
    }
    return { moved, copied };
  }
}
