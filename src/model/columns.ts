/** A typed array that grows: one column of a table whose length is not known beforehand. */
type Numbers = Float64Array | Uint32Array;

export class Column<A extends Numbers> {
  length = 0;
  #data: A;

  constructor(initial: A) {
    this.#data = initial;
  }

  push(value: number): void {
    if (this.length === this.#data.length) {
      const Type = this.#data.constructor as new (length: number) => A;
      const larger = new Type(this.#data.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.length++] = value;
  }

  get(index: number): number {
    return this.#data[index]!;
  }

  /** Replaces a value that is there. */
  set(index: number, value: number): void {
    this.#data[index] = value;
  }

  /** The values so far; valid until the next `push`. */
  values(): A {
    return this.#data.subarray(0, this.length) as A;
  }
}

const INITIAL_LENGTH = 1024;

export const uint32Column = () => new Column(new Uint32Array(INITIAL_LENGTH));
export const float64Column = () => new Column(new Float64Array(INITIAL_LENGTH));
