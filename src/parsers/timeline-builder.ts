import type { Timeline } from '../model/timeline.ts';

/** A chart has no use for more points, and memory must not grow with the length of a recording. */
const MOST_POINTS = 2048;

const NAMES = ['time', 'live', 'calls', 'temporary', 'resident'] as const;

type Point = Readonly<Record<(typeof NAMES)[number], number>>;

/** Collects points in the order of time; when there are too many, two neighbours become one. */
export class TimelineBuilder {
  readonly #columns = Object.fromEntries(
    NAMES.map((name) => [name, new Float64Array(MOST_POINTS)]),
  ) as Record<keyof Point, Float64Array>;
  #length = 0;
  /** How many clock stamps make one point now, and how many the last point holds. */
  #stride = 1;
  #held = 0;

  push(point: Point): void {
    if (this.#held === 0 || this.#held === this.#stride) {
      if (this.#length === MOST_POINTS) this.#halve();
      this.#length++;
      this.#held = 0;
      for (const name of NAMES) this.#columns[name][this.#length - 1] = point[name];
    } else {
      this.#join(this.#length - 1, point);
    }
    this.#held++;
  }

  /** The resident size at the last point's time, which the recorder writes after the clock. */
  setResident(bytes: number): void {
    if (this.#length === 0) return;
    const { resident } = this.#columns;
    resident[this.#length - 1] = larger(resident[this.#length - 1]!, bytes);
  }

  finish(): Readonly<Record<keyof Timeline, Float64Array>> {
    const copies = NAMES.map((name) => [name, this.#columns[name].slice(0, this.#length)]);
    return Object.fromEntries(copies) as Record<keyof Timeline, Float64Array>;
  }

  #halve(): void {
    for (let at = 0; at < MOST_POINTS / 2; at++) {
      for (const name of NAMES) this.#columns[name][at] = this.#columns[name][2 * at]!;
      this.#join(at, this.#point(2 * at + 1));
    }
    this.#length = MOST_POINTS / 2;
    this.#stride *= 2;
  }

  #point(at: number): Point {
    const values = NAMES.map((name) => [name, this.#columns[name][at]!]);
    return Object.fromEntries(values) as Point;
  }

  /** Makes a later point part of an earlier one. */
  #join(at: number, { time, live, calls, temporary, resident }: Point): void {
    const columns = this.#columns;
    columns.time[at] = time;
    columns.live[at] = Math.max(columns.live[at]!, live);
    columns.calls[at] = calls;
    columns.temporary[at] = temporary;
    columns.resident[at] = larger(columns.resident[at]!, resident);
  }
}

/** The larger of two; NaN, which stands for an unknown one, never wins. */
function larger(a: number, b: number): number {
  return Number.isNaN(a) || b > a ? b : a;
}
