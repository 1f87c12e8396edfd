import type { Bytes } from '../../model/bytes.ts';

/** The steps of something that changed its size, the first and the last of a long history. */
export abstract class StepHistory<Step extends { readonly mapped: Bytes }> {
  /** In order; where `omitted` is not 0 they are the first and the last of the history. */
  readonly steps: Step[] = [];
  /** Steps left out in the middle. */
  omitted = 0;
  /** Most bytes that were mapped after any step. */
  peak: Bytes = 0;

  /** Steps kept at either end; what lies between is only counted. */
  protected abstract get keptAtEnd(): number;

  get last(): Step {
    return this.steps.at(-1)!;
  }

  get stepCount(): number {
    return this.steps.length + this.omitted;
  }

  add(step: Step): void {
    this.peak = Math.max(this.peak, step.mapped);
    if (this.steps.length === 2 * this.keptAtEnd) {
      this.steps.splice(this.keptAtEnd, 1);
      this.omitted++;
    }
    this.steps.push(step);
  }
}
