/** Above all numbers that four bytes hold: the rest is looked up. */
const LOOKED_UP = 0xffffffff;

/** Whole numbers by index, of which few need more than four bytes: there are millions. */
export class NumberColumn {
  readonly #small: Uint32Array;
  readonly #large = new Map<number, number>();

  constructor(count: number) {
    this.#small = new Uint32Array(count);
  }

  get(index: number): number {
    const value = this.#small[index]!;
    return value === LOOKED_UP ? this.#large.get(index)! : value;
  }

  set(index: number, value: number): void {
    if (value < LOOKED_UP) this.#small[index] = value;
    else {
      this.#small[index] = LOOKED_UP;
      this.#large.set(index, value);
    }
  }
}
